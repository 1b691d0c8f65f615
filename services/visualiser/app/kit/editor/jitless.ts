/* The page's policy forbids code made of texts, even to try. Imported before the first schema is made. */
import { config } from 'zod';

config({ jitless: true });
