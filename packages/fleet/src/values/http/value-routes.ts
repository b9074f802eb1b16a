import { UsageError } from "@gateway-engine/core/errors";
import { MAX_VALUE_BYTES } from "@gateway-engine/protocol/device-api";
import {
  type AliasValueAnswer,
  HISTORY_QUERY,
  type HistoryAnswer,
  VALUE_BODY,
  type ValueAnswer,
  type ValuesAnswer,
} from "@gateway-engine/protocol/fleet-api/values";
import { IDENTITY_PARAMS, type ManagementScope, toPageRequest, VALUE_PARAMS } from "../../http/management-scope.ts";
import type { CurrentValue, StampedValue } from "../value.ts";
import type { ValueService } from "../value-service.ts";
import { requireValueSize } from "./alias-routes.ts";

export function addValueRoutes(scope: ManagementScope, values: ValueService): void {
  const all = "/products/:product/identities/:identity/values";
  const one = `${all}/:alias`;

  scope.get(all, { schema: { params: IDENTITY_PARAMS } }, async (request): Promise<ValuesAnswer> => {
    const found = await values.list(request.params);
    return { values: found.map(toAliasValueAnswer) };
  });

  scope.get(one, { schema: { params: VALUE_PARAMS } }, async (request): Promise<AliasValueAnswer> => {
    return toAliasValueAnswer(await values.get(request.params, request.params.alias));
  });

  scope.put(
    one,
    { schema: { params: VALUE_PARAMS, body: VALUE_BODY }, bodyLimit: JSON_VALUE_LIMIT },
    async (request, reply) => {
      const { alias } = request.params;
      const value = new TextEncoder().encode(request.body.value);
      requireValueSize(alias, value);
      await values.command(request.params, alias, value);
      return reply.code(204).send();
    },
  );

  scope.get(
    `${one}/history`,
    { schema: { params: VALUE_PARAMS, querystring: HISTORY_QUERY } },
    async (request): Promise<HistoryAnswer> => {
      const { order = "desc", ...page } = request.query;
      if (page.after !== undefined && !/^\d{1,16}$/.test(page.after)) {
        throw new UsageError("E_REQUEST", { field: "after", problem: "must be the next of an earlier answer" });
      }
      const { entries, next } = await values.history(request.params, request.params.alias, {
        ...toPageRequest(page),
        order,
      });
      return { points: entries.map(toValueAnswer), next };
    },
  );
}

function toAliasValueAnswer({ alias, reported, ...present }: CurrentValue): AliasValueAnswer {
  return { alias, ...toValueAnswer(present), reported: reported === null ? null : toValueAnswer(reported) };
}

/** Bytes that are not UTF-8 do not fit into a JSON string. */
function toValueAnswer({ value, at }: StampedValue): ValueAnswer {
  try {
    return { value: strictUtf8.decode(value), timestamp: at };
  } catch {
    return { value: null, valueBase64: Buffer.from(value).toString("base64"), timestamp: at };
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Room for the largest value with every byte escaped as \uXXXX. */
const JSON_VALUE_LIMIT = 7 * MAX_VALUE_BYTES;
