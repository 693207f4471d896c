import { describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import { rememberSecret, rememberSecretsIn, rememberSecretsOf, scrubbed, withoutSecrets } from '../../src/agents/secrets.js';

describe('what is shown of an address or a command', () => {
  it.each([
    ['ws://host/path?token=SEKRET&tenant=acme', 'ws://host/path?token=***&tenant=acme'],
    ['ws://user:SEKRET@host/', 'ws://***@host/'],
    ['ws://host/?access%5Ftoken=SEKRET', 'ws://host/?access%5Ftoken=***'],
    ['ws://host/#token=SEKRET', 'ws://host/#token=***'],
    ['ws://host/?jwt=SEKRET&pwd=SEKRET&code=SEKRET', 'ws://host/?jwt=***&pwd=***&code=***'],
    ['python bot.py --token SEKRET --port 8', 'python bot.py --token *** --port 8'],
    ['node a.js --api-key=SEKRET x', 'node a.js --api-key=*** x'],
    ['node a.js --api-key="SEK RET" x', 'node a.js --api-key=*** x'],
    ["node a.js --password 'SEK RET' x", 'node a.js --password *** x'],
    ['API_KEY=SEKRET node a.js', 'API_KEY=*** node a.js'],
    ["sh -c 'API_KEY=SEKRET node a.js'", "sh -c 'API_KEY=*** node a.js'"],
    ["curl -H 'Authorization: Bearer SEKRET'", "curl -H 'Authorization: Bearer ***'"],
  ])('hides the secrets of %s', (target, shown) => {
    expect(withoutSecrets(target)).toBe(shown);
  });

  it.each(['ws://127.0.0.1:8765/twilio', 'node agent.js console', 'python my_agent.py --port 8080 --verbose', 'ws://host/?tenant=acme&lang=de', './my-agent.ts'])('leaves %s as it is', (target) => {
    expect(withoutSecrets(target)).toBe(target);
  });
});

describe('a secret that a far side says back', () => {
  it('is hidden in every text', () => {
    rememberSecret('sk-SEKRET-abcdef');
    rememberSecretsIn('ws://host/?token=t%C3%B6kenvalue');
    expect(scrubbed('closed: Incorrect API key Bearer sk-SEKRET-abcdef')).toBe('closed: Incorrect API key Bearer ***');
    expect(scrubbed('no such token: tökenvalue or t%C3%B6kenvalue')).toBe('no such token: *** or ***');
    rememberSecret('Bearer%20s3cr3tTOKENxyz');
    expect(scrubbed('bad token s3cr3tTOKENxyz, as Bearer')).toBe('bad token ***, as Bearer');
    expect(scrubbed('nothing to hide')).toBe('nothing to hide');
  });
});

describe('the secrets of an environment', () => {
  it('are hidden in every text, and what is no secret is not', () => {
    rememberSecretsOf({ SOME_API_KEY: 'sk-abc123xyz', MY_TOKEN: 't0p-s3cret', KEYBOARD: 'de-latin1-nodeadkeys', TOKENIZERS: 'parallel-1', SSL_KEY: '/etc/ssl/own.pem', USE_TOKEN: 'always', EMPTY_SECRET: undefined });
    expect(scrubbed('sk-abc123xyz t0p-s3cret de-latin1-nodeadkeys parallel-1 /etc/ssl/own.pem always')).toBe('*** *** de-latin1-nodeadkeys parallel-1 /etc/ssl/own.pem always');
  });
});

describe('options', () => {
  it.each(['twilio:ws://127.0.0.1:1/ param.api_key', 'pcm:ws://127.0.0.1:1/ query.token', 'pcm:ws://127.0.0.1:1/ message.auth.secret'])('are no place for a secret: %s', async (text) => {
    const [spec, name] = text.split(' ');
    await expect(makeAgent(spec, { [name]: 'SEKRET' })).rejects.toThrow(/looks like a secret/);
  });

  it('are none inside JSON either, at any depth', async () => {
    const endpoint = { url: 'https://llm', headers: [{ authorization: 'Bearer SEKRET' }] };
    for (const [name, value] of [['message.agent.think.endpoint', endpoint], ['prompt.send', { text: '$PROMPT', apiKey: 'SEKRET' }]] as const) {
      const thrown = await makeAgent('pcm:ws://127.0.0.1:1/', { [name]: JSON.stringify(value) }).catch(String);
      expect(thrown).toContain(`agent option ${name} looks like a secret`);
      expect(thrown).not.toContain('SEKRET');
    }
    for (const value of ['{"max_tokens":100,"token":""}', '{broken', 'authorization: what a lovely word']) await makeAgent('pcm:ws://127.0.0.1:1/', { 'message.agent': value });
  });
});
