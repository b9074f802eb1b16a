import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeFault } from "../../src/xmlrpc/faults.ts";
import { formatFault, formatMethodCall, formatMethodResponse } from "../../src/xmlrpc/format.ts";
import { parseMethodCall, parseMethodResponse } from "../../src/xmlrpc/parse.ts";
import { XmlRpcDateTime, type XmlRpcValue } from "../../src/xmlrpc/value.ts";

const legalText = fc
  .string({ unit: "grapheme" })
  .map((text) => text.replace(/[^\t\n\r\x20-\ufffd\u{10000}-\u{10ffff}]/gu, ""));
const anyValue = fc.letrec<{ value: XmlRpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    legalText,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.constant(new XmlRpcDateTime("20261122T21:49:25")),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(legalText, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

describe("formatting and parsing", () => {
  test("bring every call back as it was", () => {
    fc.assert(
      fc.property(
        legalText.filter((text) => text.trim() === text && text !== ""),
        fc.array(anyValue),
        (method, params) => {
          expect(parseMethodCall(formatMethodCall({ method, params }))).toEqual({
            ok: true,
            value: { method, params },
          });
        },
      ),
    );
  });

  test("bring every answer back as it was", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(parseMethodResponse(formatMethodResponse(value))).toEqual({ ok: true, value: { kind: "value", value } });
      }),
    );
  });

  test("bring every fault back as it was", () => {
    fc.assert(
      fc.property(fc.integer(), legalText, (code, text) => {
        const answer = { kind: "fault", fault: { code, text } };
        expect(parseMethodResponse(formatFault({ code, text }))).toEqual({ ok: true, value: answer });
      }),
    );
  });

  test("take no type from what every object has", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const xml = `<methodCall><methodName>a.b</methodName><params><param><value><${name}/></value></param></params></methodCall>`;
      expect(parseMethodCall(xml).ok).toBe(false);
    }
  });

  test("never let a text break the document, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parsed = parseMethodResponse(formatMethodResponse(text));
        expect(parsed.ok && parsed.value.kind === "value" && typeof parsed.value.value === "string").toBe(true);
      }),
    );
  });
});

describe("the written form is supervisord's, byte for byte", () => {
  const answer = (inner: string) => `<?xml version='1.0'?>\n<methodResponse>\n${inner}</methodResponse>\n`;
  const param = (value: string) => answer(`<params>\n<param>\n${value}</param>\n</params>\n`);

  test.each<{ name: string; value: XmlRpcValue; xml: string; length: number }>([
    { name: "a string", value: "3.0", xml: param("<value><string>3.0</string></value>\n"), length: 129 },
    { name: "an int", value: 17355, xml: param("<value><int>17355</int></value>\n"), length: 125 },
    { name: "a boolean", value: true, xml: param("<value><boolean>1</boolean></value>\n"), length: 129 },
    { name: "an empty array", value: [], xml: param("<value><array><data>\n</data></array></value>\n"), length: 138 },
    {
      name: "a struct",
      value: { statecode: 1, statename: "RUNNING" },
      xml: param(
        "<value><struct>\n<member>\n<name>statecode</name>\n<value><int>1</int></value>\n</member>\n" +
          "<member>\n<name>statename</name>\n<value><string>RUNNING</string></value>\n</member>\n</struct></value>\n",
      ),
      length: 279,
    },
    {
      name: "arrays in arrays",
      value: [[[], [], []]],
      xml: param(
        `<value><array><data>\n<value><array><data>\n${"<value><array><data>\n</data></array></value>\n".repeat(3)}</data></array></value>\n</data></array></value>\n`,
      ),
      length: 318,
    },
  ])("$name", ({ value, xml, length }) => {
    expect(formatMethodResponse(value)).toBe(xml);
    expect(Buffer.byteLength(xml)).toBe(length);
  });

  test("a fault", () => {
    const xml = formatFault(makeFault("BAD_NAME", "multi:*"));
    expect(xml).toContain("<fault>\n<value><struct>\n<member>\n<name>faultCode</name>\n<value><int>10</int></value>\n");
    expect(Buffer.byteLength(xml)).toBe(273);
    expect(Buffer.byteLength(formatFault(makeFault("UNKNOWN_METHOD")))).toBe(269);
  });

  test("characters that XML cannot hold become U+FFFD", () => {
    expect(formatMethodResponse("\u001b[31mred\u0000\ud800")).toContain("<string>\ufffd[31mred\ufffd\ufffd</string>");
  });
});

describe("parseMethodCall", () => {
  const call = (inner: string) =>
    `<?xml version='1.0'?>\n<methodCall><methodName>a.b</methodName>${inner}</methodCall>`;
  const withValue = (value: string) => call(`<params><param><value>${value}</value></param></params>`);

  test.each<{ value: string; expected: XmlRpcValue }>([
    { value: "<i4>-7</i4>", expected: -7 },
    { value: "<int> 7 </int>", expected: 7 },
    { value: "<boolean>0</boolean>", expected: false },
    { value: "<double>1.5e3</double>", expected: 1500 },
    { value: "untyped", expected: "untyped" },
    { value: "  kept  ", expected: "  kept  " },
    { value: "", expected: "" },
    { value: "\n<string>x &amp; y</string>\n", expected: "x & y" },
    { value: "<![CDATA[<raw>]]>", expected: "<raw>" },
    { value: "<base64>aGk=</base64>", expected: new Uint8Array([104, 105]) },
    {
      value: "<dateTime.iso8601>20261122T21:49:25</dateTime.iso8601>",
      expected: new XmlRpcDateTime("20261122T21:49:25"),
    },
    { value: "<nil/>", expected: null },
    { value: "<array><data><value>a</value><value><int>1</int></value></data></array>", expected: ["a", 1] },
    {
      value: "<struct><member><name>k</name><value><boolean>1</boolean></value></member></struct>",
      expected: { k: true },
    },
  ])("reads $value", ({ value, expected }) => {
    expect(parseMethodCall(withValue(value))).toEqual({ ok: true, value: { method: "a.b", params: [expected] } });
  });

  test("takes missing params as none", () => {
    expect(parseMethodCall(call(""))).toEqual({ ok: true, value: { method: "a.b", params: [] } });
  });

  test("keeps a member called __proto__ apart from the object's own", () => {
    const parsed = parseMethodCall(
      withValue("<struct><member><name>__proto__</name><value>x</value></member></struct>"),
    );
    const struct = parsed.ok ? parsed.value.params[0] : undefined;
    expect(Object.entries(struct ?? {})).toEqual([["__proto__", "x"]]);
  });

  test.each([
    { name: "no XML", xml: "garbage" },
    { name: "nothing", xml: "" },
    { name: "a document that breaks off", xml: "<methodCall><methodName>a.b</methodName>" },
    { name: "another root", xml: "<methodResponse/>" },
    { name: "no method", xml: "<methodCall></methodCall>" },
    { name: "an empty method", xml: "<methodCall><methodName/></methodCall>" },
    { name: "an unknown type", xml: withValue("<float>1</float>") },
    { name: "two types in one value", xml: withValue("<int>1</int><int>2</int>") },
    { name: "text beside a type", xml: withValue("x<int>1</int>") },
    { name: "an int that is none", xml: withValue("<int>1.5</int>") },
    { name: "an int that is too long", xml: withValue("<int>99999999999999999999</int>") },
    { name: "a boolean that is none", xml: withValue("<boolean>true</boolean>") },
    { name: "a double that is none", xml: withValue("<double>NaN</double>") },
    { name: "base64 that is none", xml: withValue("<base64>!</base64>") },
    { name: "an entity of its own", xml: `<!DOCTYPE x [<!ENTITY e "boom">]>${withValue("&e;").slice(22)}` },
    { name: "an illegal character", xml: withValue("\u0001") },
  ])("refuses $name", ({ xml }) => {
    expect(parseMethodCall(xml)).toEqual({ ok: false, problem: expect.any(String) });
  });

  test("refuses what is too long or too deep, at once", () => {
    const deep = "<array><data><value>".repeat(100_000);
    expect(parseMethodCall(withValue(deep))).toEqual({ ok: false, problem: "it is nested deeper than 256 elements" });
    const limits = { maxLength: 10, maxDepth: 256 };
    expect(parseMethodCall(call(""), limits)).toEqual({ ok: false, problem: "it is longer than 10 characters" });
  });
});
