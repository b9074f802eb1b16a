/** A path as Fastify takes it: there a single colon begins a parameter, and two are one colon. */
export function routePath(path: string): string {
  return path.replaceAll(":", "::");
}
