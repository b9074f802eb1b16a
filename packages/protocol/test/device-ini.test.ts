import { describe, expect, test } from "vitest";
import { isDeviceIni, parseDeviceIni, withMuranoToken } from "../src/device-ini.ts";

const FULL = `# device.ini
[device]
murano_host = mqtt://t41hp23nod8s00000.m2.exosite.io/
murano_id = 4321
murano_port = 443
watchlist = config_io, data_out
debug = WARNING
http_timeout = 2.5
murano_token = XaFfMaOvrGxJgWk2Iftgw1cplYuZeSsUoKlKn0lb

[my_section]
anything = goes
`;

describe("a Device INI", () => {
  test("says all there is to know of a device", () => {
    expect(parseDeviceIni(FULL)).toEqual({
      ok: true,
      value: {
        muranoHost: "mqtt://t41hp23nod8s00000.m2.exosite.io/",
        muranoId: "4321",
        muranoToken: "XaFfMaOvrGxJgWk2Iftgw1cplYuZeSsUoKlKn0lb",
        muranoPort: 443,
        watchlist: ["config_io", "data_out"],
        debug: "WARNING",
        httpTimeoutMs: 2500,
      },
    });
  });

  test("may leave out all but the device's name", () => {
    expect(parseDeviceIni("murano_id = 1")).toEqual({
      ok: true,
      value: {
        muranoHost: "",
        muranoId: "1",
        muranoToken: "",
        muranoPort: undefined,
        watchlist: [],
        debug: undefined,
        httpTimeoutMs: undefined,
      },
    });
  });

  test("takes an option without a value for a true one", () => {
    expect(parseDeviceIni("[device]\ndebug\nmurano_id = 1")).toMatchObject({ ok: true, value: { debug: "DEBUG" } });
  });

  test.each([
    ["[device]\nmurano_port = many", 2, "murano_port"],
    ["[device]\n\nhttp_timeout = 0", 3, "http_timeout"],
    ["[device]\ndebug = loud", 2, "debug"],
    ["[device]\n= 1", 2, "no key"],
  ])("%j is refused with the line and the option", (text, line, words) => {
    const parsed = parseDeviceIni(text);
    expect(parsed).toMatchObject({ ok: false, problem: { line, problem: expect.stringContaining(words) } });
  });

  test.each([
    [FULL, true],
    ["murano_host = https://x/", true],
    ["[device]\ncik = ''\nvendor = acme\nmodel = acme\nuuid = 42", false],
    ["", false],
  ])("is told from a Gateway.cfg by its options: %j", (text, is) => {
    expect(isDeviceIni(text)).toBe(is);
  });

  test("takes a new token and keeps everything else", () => {
    expect(withMuranoToken(FULL, "new")).toBe(FULL.replace("XaFfMaOvrGxJgWk2Iftgw1cplYuZeSsUoKlKn0lb", "new"));
    expect(withMuranoToken("[device]\nmurano_id = 1\n", "new")).toBe("[device]\nmurano_id = 1\nmurano_token = new\n");
    expect(withMuranoToken("murano_id = 1\n", "new")).toBe("[device]\nmurano_id = 1\nmurano_token = new\n");
  });
});
