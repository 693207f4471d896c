/** What `bargein init` writes: a configuration that holds as it is, with what to change as comments. */
export const configTemplate = `import { defineConfig } from 'bargein';

// Defaults for the flags of \`bargein run\`, \`sweep\` and \`merge\`; flags and BARGEIN_... variables come before them.
// \`bargein run --print-config\` shows every setting and where it comes from. All keys: docs/configuration.md of bargein.
export default defineConfig({
  agents: {
    // Comes along, to see how it all works.
    demo: { agent: 'reference:after' },
    // Yours: \`bargein agents\` lists the ways to reach one, and the options of each.
    // mine: { agent: 'twilio:ws://127.0.0.1:8765/twilio' },
  },
  // Which of them \`bargein run\` measures; \`--agent mine\` picks another.
  agent: 'demo',

  // quick, standard or full: about 60, 250 or 750 attempts.
  profile: 'quick',

  // Latency limits in ms: in what share of the interruptions is the agent quiet within them?
  within: [60, 100, 250],

  // What must hold; where it does not, the run ends with code 1.
  gates: [
    'errored <= 2%',
    // 'interrupt_rate@250 >= 70%',
    // 'false_yield_rate <= 20%',
  ],
  // Judge by the figure itself. 'bound' asks the worse end of its 95 % interval, and needs more attempts.
  gateOn: 'point',
});
`;

/** A workflow of GitHub that fails a pull request by the gates of the configuration. */
export const workflowTemplate = `# Replays interruptions against the agent, and fails where a gate of bargein.config.ts does not hold.
name: barge-in
on: pull_request
jobs:
  barge-in:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      # An agent behind a socket has to be up before: start it here, in the background.
      # - run: node my-agent.js &
      - run: npx bargein doctor
      - run: npx bargein run --output results/ci --report html,markdown,junit,github
      - if: always()
        run: if [ -f results/ci/report.md ]; then cat results/ci/report.md >> "$GITHUB_STEP_SUMMARY"; fi
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: barge-in
          path: results/ci
`;

export const configName = 'bargein.config.ts';
export const workflowName = '.github/workflows/bargein.yml';
