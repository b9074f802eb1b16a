/** A server that gmq forwards to. */
export interface Upstream {
  readonly url: string;
  readonly stop: () => Promise<void>;
}
