/** When a runner looks for complete runs that are to be refreshed, by default: every five minutes. */
export const defaultRefresh = "*/5 * * * *";
