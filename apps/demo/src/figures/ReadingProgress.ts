/** How far the reading of a run has come, and the words for it. */
import { count, duration, plural } from "./Figures.ts";

/** What is known about a reading. */
export interface Reading {
  readonly records: number;
  /** Left out of the phrases where undefined. */
  readonly pages: number | undefined;
  /** How many records there are in all, where the service says so. */
  readonly total: number | undefined;
  /** How long the reading has taken so far. */
  readonly seconds: number;
  /** Records that an earlier process read: they do not count towards this one's rate. Default 0. */
  readonly resumed?: number | undefined;
}

/** The share of the run that was read, 0 to 1; undefined where the total is unknown or zero. */
export const shareRead = ({ records, total }: Pick<Reading, "records" | "total">) =>
  total === undefined || total === 0 ? undefined : Math.min(1, records / total);

/** The progress in phrases: `1,234 of 5,000 records (24%)`, `3 pages`, `617 records/s`, `6 s left`. */
export const phrases = (reading: Reading): ReadonlyArray<string> => {
  const { records, pages, total = 0, seconds, resumed = 0 } = reading;
  const share = shareRead(reading);
  const perSecond = seconds > 0 ? (records - resumed) / seconds : 0;
  const left = total - records;
  return [
    share === undefined
      ? plural(records, "record")
      : `${count(records)} of ${plural(total, "record")} (${Math.floor(100 * share)}%)`,
    ...(pages === undefined ? [] : [plural(pages, "page")]),
    ...(perSecond > 0 ? [`${plural(Math.round(perSecond), "record")}/s`] : []),
    ...(perSecond > 0 && left > 0 ? [`${duration(left / perSecond)} left`] : []),
  ];
};
