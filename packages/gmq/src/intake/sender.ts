/** Who sends, after the headers X-Exosite-VMS and X-Exosite-CIK. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { DEVICE_API_HEADERS, type DeviceIdentity, isCik, parseVms } from "@gateway-engine/protocol/device-api";

export type Sender =
  /** `cik` is what the client also sent; it may be out of date. */
  | { readonly kind: "identity"; readonly identity: DeviceIdentity; readonly cik: string | undefined }
  | { readonly kind: "cik"; readonly cik: string };

export interface SenderProblem {
  readonly status: 400 | 401;
  readonly problem: string;
}

export function identifySender(vms: string | undefined, cik: string | undefined): Result<Sender, SenderProblem> {
  const usableCik = cik !== undefined && isCik(cik.trim()) ? cik.trim() : undefined;
  if (vms !== undefined && vms.trim() !== "") {
    const identity = parseVms(vms);
    if (identity === undefined) return fail({ status: 400, problem: `${DEVICE_API_HEADERS.vms} must be ${VMS_FORM}` });
    return ok({ kind: "identity", identity, cik: usableCik });
  }
  if (usableCik !== undefined) return ok({ kind: "cik", cik: usableCik });
  const problem = `send the header ${DEVICE_API_HEADERS.vms}: ${VMS_FORM}, or ${DEVICE_API_HEADERS.cik}: <CIK of 40 characters>`;
  return fail({ status: 401, problem });
}

const VMS_FORM = "<vendor> <model> <serial number>";
