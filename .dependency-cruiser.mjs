/** Who may lean on whom (ARCHITECTURE.md, section 3). `npm run check` enforces it. */
const MAY_IMPORT = {
  core: [],
  protocol: ["core"],
  platform: ["core"],
  artifact: ["core"],
  "device-client": ["core", "protocol"],
  supervisor: ["core", "platform"],
  gmq: ["core", "protocol", "platform", "device-client"],
  telemetry: ["core", "protocol", "platform"],
  engine: ["core", "protocol", "platform", "artifact", "device-client", "telemetry"],
  cli: ["core", "protocol", "platform", "artifact", "engine"],
  fleet: ["core", "protocol", "platform", "artifact"],
  testkit: ["core", "protocol", "platform"],
  benchmarks: ["core", "platform", "supervisor"],
};

/** A program's entry and the one place where its services are made; for applications, the faces of the device client. */
const PROGRAM_FACES = "/(main|supervisord-main|supervisorctl-main|compose|device-client/src/(node|exo))\\.ts$";

const packageRules = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `${name}-leans-only-downward`,
  comment: `${name} may import ${allowed.join(", ") || "nothing"} (ARCHITECTURE.md, section 3)`,
  severity: "error",
  from: {
    path: `^packages/${name}/src/`,
    ...(name === "device-client" ? { pathNot: PROGRAM_FACES } : {}),
  },
  to: {
    path: "^packages/([^/]+)/",
    pathNot: [
      `^packages/(${[name, ...allowed].join("|")})/`,
      ...(name === "engine" ? ["^packages/supervisor/(src|dist)/client\\.(ts|d\\.ts|js)$"] : []),
    ],
  },
}));

/** Libraries that may appear in one kind of folder only. */
const LIBRARY_FOLDERS = {
  fastify: "http",
  "@fastify": "http",
  kysely: "db",
  pg: "db",
  aedes: "mqtt",
  mqtt: "mqtt",
  "mqtt-packet": "mqtt",
};

const libraryRules = Object.entries(LIBRARY_FOLDERS).map(([library, folder]) => ({
  name: `${library}-stays-in-${folder}`,
  severity: "error",
  from: { path: "^packages/[^/]+/src/", pathNot: `/${folder}/` },
  to: { path: `^node_modules/${library}/` },
}));

export default {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "core-imports-nothing-of-node",
      severity: "error",
      from: { path: "^packages/core/src/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "only-platform-touches-the-machine",
      comment: "files, processes and sockets are reached through the ports in core, implemented in platform",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: ["^packages/(platform|testkit|benchmarks)/", PROGRAM_FACES] },
      to: { path: "^(node:)?(fs|fs/promises|child_process|net|http|https|os|worker_threads|sqlite|dgram|tls)$" },
    },
    ...packageRules,
    ...libraryRules,
  ],
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    exclude: { path: "/test/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["types", "import", "default"] },
  },
};
