/** The project's folder, for the commands beside this file. */
import { fileURLToPath } from 'node:url';

/** Ends with a slash. Commands run from the sources (tsx) and from dist/ alike. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
