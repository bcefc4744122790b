/** Prints what CHANGELOG.md says of a version: `node scripts/release-notes.mjs 1.2.3`. Ends with 1 where it says nothing, or
 *  where package.json is of another version. */
import { readFileSync } from 'node:fs';

const [version = ''] = process.argv.slice(2);
const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const parts = read('CHANGELOG.md').split(/^## /m).slice(1);
const part = parts.find((text) => /^\S+/.exec(text)?.[0] === version);
const notes = part?.split('\n').slice(1).join('\n').trim() ?? '';
const packaged = JSON.parse(read('package.json')).version;
if (notes === '') fail(`CHANGELOG.md has nothing below "## ${version}"`);
if (/^\S+ \(unreleased\)/.test(part)) fail(`CHANGELOG.md calls ${version} unreleased: write the day there`);
if (packaged !== version) fail(`package.json is of version ${packaged}`);
process.stdout.write(`${notes}\n`);

function fail(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
