import { describe, expect, it } from 'vitest';
import { homeFolder } from '../../../src/coordinator/home.ts';

describe('the folder of the store', () => {
  it('is what INTERLOCK_HOME names, wherever the program runs', () => {
    expect(
      homeFolder({ env: { INTERLOCK_HOME: '/srv/interlock' }, platform: 'linux', userHome: '/home/ada' }),
    ).toBe('/srv/interlock');
  });

  it('lies below the data folder of the person on Linux', () => {
    expect(homeFolder({ env: {}, platform: 'linux', userHome: '/home/ada' })).toBe(
      '/home/ada/.local/share/interlock',
    );
    expect(homeFolder({ env: { XDG_DATA_HOME: '/data' }, platform: 'linux', userHome: '/home/ada' })).toBe(
      '/data/interlock',
    );
  });

  it('takes no relative XDG_DATA_HOME, which would be another folder in each directory', () => {
    expect(homeFolder({ env: { XDG_DATA_HOME: 'data' }, platform: 'linux', userHome: '/home/ada' })).toBe(
      '/home/ada/.local/share/interlock',
    );
  });

  it('is where macOS and Windows keep the data of programs', () => {
    expect(homeFolder({ env: {}, platform: 'darwin', userHome: '/Users/ada' })).toBe(
      '/Users/ada/Library/Application Support/Interlock',
    );
    expect(
      homeFolder({ env: { LOCALAPPDATA: 'D:\\Local' }, platform: 'win32', userHome: 'C:\\Users\\ada' }),
    ).toBe('D:\\Local\\Interlock');
    expect(homeFolder({ env: {}, platform: 'win32', userHome: 'C:\\Users\\ada' })).toBe(
      'C:\\Users\\ada\\AppData\\Local\\Interlock',
    );
  });
});
