import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(new URL(`../../../cedar/${name}`, import.meta.url), 'utf8');

/**
 * The files under cedar/: the schema, made from the operations, and the policies that every project has. This is how it
 * is done when running from source; in a bundle `esbuild.mjs` has put their text in the place of this module.
 */
export const cedarFiles = { schema: read('schema.cedarschema'), defaults: read('defaults.cedar') };
