import { type Browser, chromium as launcher } from 'playwright-core';
import { chromium } from './chromium.ts';

/** Starts Chromium without a window; root inside a container cannot use its sandbox. */
export function launchBrowser(): Promise<Browser> {
  const { program, environment } = chromium();
  return launcher.launch({
    executablePath: program,
    env: environment,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
