/**
 * When something is due: the five fields of cron, or a fixed interval.
 *
 * @see https://man7.org/linux/man-pages/man5/crontab.5.html
 */
export type Schedule =
  | CronSchedule
  /** `@every 30s` */
  | { readonly kind: "every"; readonly ms: number };

export interface CronSchedule {
  readonly kind: "cron";
  /** Each ascending and not empty. */
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /** 0, Sunday, to 6. */
  readonly daysOfWeek: readonly number[];
  /** With both kinds of days restricted, a day that is one of either counts. */
  readonly days: "both" | "either";
  /** The hour was left open: it is about minutes, not about times of the day. */
  readonly everyHour: boolean;
}
