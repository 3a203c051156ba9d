/** The colours of the page: as the system has them, or as the user chose. */

export type Theme = "system" | "light" | "dark";

const storageKey = "scorecard-explorer-theme";

/** The theme that the user chose last. */
export const stored = (): Theme => {
  try {
    const theme = localStorage.getItem(storageKey);
    return theme === "light" || theme === "dark" ? theme : "system";
  } catch {
    // A page that was opened as a file may have no storage.
    return "system";
  }
};

/** Shows a theme, and stores it where there is storage. */
export const apply = (theme: Theme): void => {
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // The theme lasts until the page closes.
  }
};

export const next = (theme: Theme): Theme =>
  theme === "system" ? "dark" : theme === "dark" ? "light" : "system";

export const icon = (theme: Theme): string =>
  theme === "system" ? "◐" : theme === "dark" ? "●" : "○";
