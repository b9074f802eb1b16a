import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/trust/canonical-json.ts";

describe("canonicalJson", () => {
  test.each([
    { json: '{"b":1,"a":2}', canonical: '{"a":2,"b":1}' },
    { json: ' { "a" : [ 1 , { "z" : null , "y" : true } ] } ', canonical: '{"a":[1,{"y":true,"z":null}]}' },
    { json: '"\\u00e9\\u0000\\/"', canonical: '"é\\u0000/"' },
    { json: '{"é":1,"z":2,"Z":3,"10":4,"9":5}', canonical: '{"10":4,"9":5,"Z":3,"z":2,"é":1}' },
    { json: "1e3", canonical: "1000" },
    { json: "-0", canonical: "0" },
    { json: '{"a":1,"a":2}', canonical: '{"a":2}' },
    { json: '{"__proto__":{"a":1}}', canonical: '{"__proto__":{"a":1}}' },
  ])("$json -> $canonical", ({ json, canonical }) => {
    expect(canonicalJson(JSON.parse(json))).toEqual({ ok: true, value: canonical });
  });

  test.each([
    { what: "a fraction", value: 1.5, problem: "1.5 is not a whole number below 2^53" },
    { what: "a number that a double cannot hold", value: 2 ** 53, problem: /whole number/ },
    { what: "a function", value: { a: () => 1 }, problem: "a function is not JSON" },
    { what: "undefined", value: [undefined], problem: "a undefined is not JSON" },
    { what: "deep nesting", value: JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`), problem: /nested/ },
  ])("$what has none", ({ value, problem }) => {
    const text = canonicalJson(value);
    expect(text.ok ? text.value : text.problem).toMatch(problem);
  });

  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.string({ unit: "binary" }),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    ),
  })).value;

  test("means the same as the value it was made of, and stays as it is when it is made again", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        if (!text.ok) throw new Error(text.problem);
        const again: unknown = JSON.parse(text.value);
        expect(again).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(again)).toEqual(text);
      }),
    );
  });

  test("does not depend on the order in which the keys were written", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string(), json), { selector: ([key]) => key }), (members) => {
        const text = canonicalJson(Object.fromEntries(members));
        expect(canonicalJson(Object.fromEntries(members.toReversed()))).toEqual(text);
      }),
    );
  });
});
