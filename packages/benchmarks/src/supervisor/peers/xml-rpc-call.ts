import { request } from "node:http";

/**
 * Makes one call, as cheaply as can be: the answer is not taken apart, so that what is measured is
 * the daemon's work.
 *
 * @param params words without a character that XML minds
 * @throws Error when the answer is a fault, or no answer
 */
export function callSupervisor(socketPath: string, method: string, params: readonly string[]): Promise<string> {
  const given = params.map((param) => `<param><value><string>${param}</string></value></param>`).join("");
  const call = `<methodName>supervisor.${method}</methodName><params>${given}</params>`;
  const body = `<?xml version="1.0"?><methodCall>${call}</methodCall>`;
  const headers = { "Content-Type": "text/xml", "Content-Length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: "/RPC2", method: "POST", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        const answer = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode === 200 && !answer.includes("<fault>")) resolve(answer);
        else reject(new Error(`${method} was answered ${response.statusCode}: ${answer.slice(0, 500)}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
