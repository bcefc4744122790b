import { defineConfig } from 'vitest/config';
import all from './vitest.config.ts';

/** `npm run test:core`: everything without sockets, stores and browser. What opens them is left out by name. */
export default defineConfig({
  ...all,
  test: {
    ...all.test,
    include: [
      'test/{app,commands,conversation,dialog,fuzz,handbook,knowledge,memory,text,understanding,wechat}/**/*.test.ts',
      'test/{house,dependencies,security}.test.ts',
    ],
    // Pure tests may share their modules: the handbook is read once a worker, not once a file.
    isolate: false,
    exclude: [
      'test/app/{backup,owed-deletions,store-label}.test.ts',
      'test/conversation/assistant.test.ts',
      'test/fuzz/{naughty,stores}.test.ts',
    ],
  },
});
