/**
 * Through which proxy an address is reached, after the environment variables that curl, Go and Python read.
 *
 * @see docs/reference/environment.md#a-proxy
 */
import { ConfigError } from "./errors.ts";

export interface ProxyRules {
  /** Proxy for addresses that begin with `http://`. */
  readonly http: URL | undefined;
  /** Proxy for addresses that begin with `https://`. */
  readonly https: URL | undefined;
  /** Hosts that are reached without it, as in NO_PROXY; lower case. */
  readonly except: readonly string[];
}

/**
 * @param environment HTTPS_PROXY, HTTP_PROXY and NO_PROXY, each also in lower case, which counts first
 * @returns undefined when no proxy is named
 * @throws ConfigError E_CONFIG_VALUE when a proxy's address cannot be used
 */
export function proxyRulesFrom(environment: Readonly<Record<string, string | undefined>>): ProxyRules | undefined {
  const proxyIn = (name: string) => {
    const key = environment[name.toLowerCase()] ? name.toLowerCase() : name;
    const address = environment[key];
    return address ? parseProxy(address, { file: "the environment", key }) : undefined;
  };
  const rules = { http: proxyIn("HTTP_PROXY"), https: proxyIn("HTTPS_PROXY") };
  if (rules.http === undefined && rules.https === undefined) return undefined;
  const except = environment["no_proxy"] || environment["NO_PROXY"] || "";
  return {
    ...rules,
    except: except
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((host) => host !== ""),
  };
}

/** One proxy for everything but this machine. @throws ConfigError E_CONFIG_VALUE */
export function oneProxy(address: string, where: { readonly file: string; readonly key: string }): ProxyRules {
  const proxy = parseProxy(address, where);
  return { http: proxy, https: proxy, except: [] };
}

/** @returns undefined: the address is reached directly, as this machine itself always is */
export function proxyFor(url: URL, rules: ProxyRules): URL | undefined {
  const proxy = url.protocol === "https:" ? rules.https : rules.http;
  if (proxy === undefined || isThisMachine(url.hostname)) return undefined;
  return rules.except.some((pattern) => matches(url, pattern)) ? undefined : proxy;
}

/** The address of a proxy as it may stand in a log. */
export function shownProxy(proxy: URL): string {
  const user = proxy.username === "" ? "" : `${proxy.username}${proxy.password === "" ? "" : ":***"}@`;
  return `${proxy.protocol}//${user}${proxy.host}`;
}

function parseProxy(address: string, where: { readonly file: string; readonly key: string }): URL {
  const text = address.includes("://") ? address : `http://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" && url.hostname !== "" && isEscaped(url.username + url.password)) return url;
  const got = text.replace(/\/\/.*@/, "//***@");
  throw new ConfigError("E_CONFIG_VALUE", {
    ...where,
    got,
    want: "an HTTP proxy such as http://proxy.example.com:3128",
  });
}

/** @param hostname as in a URL */
export function isThisMachine(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    /^127\.[\d.]+$/.test(hostname) ||
    hostname === "[::1]"
  );
}

/** `example.com` and `.example.com` match that host and those below it, with `:port` only there; `*` matches all. */
function matches(url: URL, pattern: string): boolean {
  if (pattern === "*") return true;
  const [, name = pattern, port] = /^(.*?[^:]):(\d+)$/.exec(pattern) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === "https:" ? "443" : "80"))) return false;
  const domain = name.replace(/^\*?\./, "");
  const bare = url.hostname.replace(/^\[|\]$/g, "");
  return url.hostname === domain || bare === domain || bare.endsWith(`.${domain}`);
}

/** Whether every percent sign begins an escape of UTF-8. */
function isEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
