/** How the page looks: as the system does, or as somebody chose. */

export type Theme = "system" | "light" | "dark";

const key = "scorecard-explorer-theme";

/** The theme chosen last. */
export const stored = (): Theme => {
  try {
    const theme = localStorage.getItem(key);
    return theme === "light" || theme === "dark" ? theme : "system";
  } catch {
    // A file may have no storage.
    return "system";
  }
};

/** Shows a theme, and remembers it where there is somewhere to. */
export const apply = (theme: Theme): void => {
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // It holds for as long as the page is open.
  }
};

export const next = (theme: Theme): Theme =>
  theme === "system" ? "dark" : theme === "dark" ? "light" : "system";

export const icon = (theme: Theme): string =>
  theme === "system" ? "◐" : theme === "dark" ? "●" : "○";
