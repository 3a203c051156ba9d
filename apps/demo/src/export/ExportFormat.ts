/** The formats in which the page of the explorer exports records, by their extensions. */
export const exportFormats = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof exportFormats)[number];
