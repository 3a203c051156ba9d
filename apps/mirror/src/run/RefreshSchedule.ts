/** When a runner starts complete runs again that may have changed, by default: every five minutes. */
export const defaultRefresh = "*/5 * * * *";
