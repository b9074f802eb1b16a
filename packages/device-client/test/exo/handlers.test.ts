import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ActivationHandler, ReadHandler, RecordHandler, WriteHandler } from "../../src/exo/handlers.ts";
import { pythonRepr } from "../../src/exo/texts.ts";

const CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32";

test.each([
  [204, "", true, ""],
  [200, "ok", true, "ok"],
  [401, "whatever", false, "No or invalid CIK."],
  [400, "", false, "Response code: 400 :: There was an error* with the request by the client."],
  [413, "", false, "Response code: 413 :: There was an error* with the request by the client."],
  [500, "", false, "Response code: 500 :: There way an error with the request on the server."],
  [0, "cannot reach it", false, "cannot reach it"],
])("a write that is answered %i %j has success %s and the body %j", (code, body, success, text) => {
  expect(new WriteHandler({ code, body })).toMatchObject({ code, success, body: text, authorized: code !== 401 });
});

test.each([
  [200, "a=%7B%22x%22%3A+1%7D&b=2%2B2", true, 'a={"x": 1}&b=2+2'],
  [204, "", true, ""],
  [304, "", false, "Not modified"],
  [401, "", false, "No or invalid CIK."],
  [404, "", false, "There was an error* with the request by the client."],
  [502, "", false, "There way an error with the request on the server."],
  [0, "100% silence", false, "100% silence"],
])("a read that is answered %i %j has success %s and the body %j", (code, body, success, text) => {
  expect(new ReadHandler({ code, body }, new Map())).toMatchObject({ code, success, body: text });
});

test.each([
  [200, CIK, true, CIK],
  [200, `${CIK}\n`, true, CIK],
  [200, "no CIK", false, "no CIK"],
  [0, "", false, "Request timed out"],
  [403, "", false, "Received 403 from activation attempt. Device Not in 1P"],
  [404, "", false, "Client described by v, m, 42 is not found on the system."],
  [409, "", false, "Received 409 from activation attempt. Device Not Enabled"],
  [503, "", false, "Response code: 503 :: Something went wrong."],
])("an activation that is answered %i %j has activated %s and the body %j", (code, body, activated, text) => {
  expect(new ActivationHandler({ code, body }, "v, m, 42")).toMatchObject({ code, activated, body: text });
});

test("a record tells which points collide", () => {
  const handler = new RecordHandler({ code: 409, body: "a=1,2.5&b=3" });
  expect(handler).toMatchObject({ conflict: true, success: false });
  expect(handler.getConflictTimestamps()).toEqual(
    new Map([
      ["a", [1, 2.5]],
      ["b", [3]],
    ]),
  );
  expect(new RecordHandler({ code: 204, body: "" }).conflict).toBe(false);
});

describe("printed, it reads as in the original's log", () => {
  test.each([
    [new WriteHandler({ code: 204, body: "" }), "Response code: 204, Response body: '', success: True"],
    [
      new WriteHandler({ code: 401, body: "" }),
      "Response code: 401, Response body: 'No or invalid CIK.', success: False",
    ],
    [
      new ActivationHandler({ code: 200, body: CIK }, ""),
      `Response code: 200, Response body: 'f1d4f10f${"*".repeat(32)}', Activation success: True`,
    ],
  ])("%s", (handler, line) => {
    expect(String(handler)).toBe(line);
    expect(inspect(handler)).toBe(line);
  });

  test.each([
    ["it's", `"it's"`],
    [`"it's"`, `'"it\\'s"'`],
    ["a\\b\n\x07é", "'a\\\\b\\n\\x07é'"],
  ])("and %j is %s", (text, shown) => {
    expect(pythonRepr(text)).toBe(shown);
  });
});
