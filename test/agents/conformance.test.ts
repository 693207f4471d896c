import { makeAgent } from '../../src/agents/index.js';
import { vadKinds } from '../../src/vad/index.js';
import { describeAgent } from './conformance.js';

for (const kind of vadKinds) describeAgent(`reference:after with ${kind}`, () => makeAgent('reference:after', { 'vad.kind': kind }));
describeAgent('reference:before', () => makeAgent('reference:before', { 'vad.kind': 'energy' }));
describeAgent('reference:after that resumes', () => makeAgent('reference:after', { 'resume.afterMs': 400, 'resume.maxSpeechMs': 5000, 'decision.stallRate': 0.5 }));
describeAgent('programmed', () => makeAgent('programmed', { 'programmed.delayMs': 123.4, 'tts.queueMs': 300 }));
describeAgent('programmed with a fade', () => makeAgent('programmed', { 'programmed.fadeMs': 200, 'programmed.delayMs': 50 }));
