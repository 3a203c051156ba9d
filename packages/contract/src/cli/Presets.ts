/** The names of the presets of generated runs. The fixtures define the presets; flags name them without loading them. */
export const names = ["question-answering", "chat", "classification", "graded", "trials"] as const;
