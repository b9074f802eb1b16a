import type { AppManifest } from "@gateway-engine/artifact/app-manifest";
import type { ChildUser } from "@gateway-engine/core/children";
import { PackageError } from "@gateway-engine/core/errors";

/** The accounts of this machine. */
export interface Accounts {
  find(name: string): ChildUser | undefined;
  /** The home folder of an account. */
  homeOf(name: string): string | undefined;
  /** Whether we have the right to run something as this account. */
  mayBecome(user: ChildUser): boolean;
}

/**
 * The account that a release's script and health command run as; undefined for our own.
 *
 * @param name of the package, for messages
 * @throws PackageError E_INCOMPATIBLE when there is no such account, and when we may not become it
 */
export function appAccount(accounts: Accounts, name: string, { user }: AppManifest): ChildUser | undefined {
  if (user === undefined) return undefined;
  const account = accounts.find(user);
  const refuse = (problem: string) => new PackageError("E_INCOMPATIBLE", { name, problem });
  if (account === undefined) throw refuse(`it runs as the account "${user}", which this gateway does not have`);
  if (!accounts.mayBecome(account)) throw refuse(`it runs as the account "${user}", for which the engine must be root`);
  return account;
}

/** The variables by which a program knows who it is. */
export function accountEnvironment(accounts: Accounts, user: ChildUser | undefined): Readonly<Record<string, string>> {
  if (user === undefined) return {};
  return { USER: user.name, LOGNAME: user.name, HOME: accounts.homeOf(user.name) ?? "/" };
}
