export interface RuntimeVersions {
  /** `24.11.0`, without a letter before it. */
  readonly node: string;
  readonly v8: string;
  /** Of GNU's C library; undefined where another is used, such as musl. */
  readonly glibc: string | undefined;
  /** `x64`, `arm64`. */
  readonly architecture: string;
}

/** Which Node runs this program, and on which C library. Takes some milliseconds. */
export function runtimeVersions(): RuntimeVersions {
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    glibc: glibcVersion(),
    architecture: process.arch,
  };
}

function glibcVersion(): string | undefined {
  // Without it the report asks the name servers about every open connection; Node's types do not know it.
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  const { header } = report as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime;
}
