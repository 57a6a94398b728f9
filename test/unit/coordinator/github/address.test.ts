import { describe, expect, it } from 'vitest';
import { enterpriseAt, repositoryAt, serverOf } from '../../../../src/coordinator/github/address.ts';

describe('the address of a remote', () => {
  it.each([
    'https://github.com/octo/orders.git',
    'https://olga:secret@GitHub.com/octo/orders/',
    'git@github.com:octo/orders.git',
    'ssh://git@github.com/octo/orders',
    'ssh://git@ssh.github.com:443/octo/orders.git',
    'git://github.com/octo/orders.git',
  ])('%s is a repository', address => {
    expect(repositoryAt(address)).toEqual({ host: 'github.com', owner: 'octo', name: 'orders' });
  });

  it.each([
    '/srv/git/orders.git',
    'file:///srv/git/orders.git',
    '../orders',
    'C:\\git\\orders',
    'https://github.com/octo',
    'https://github.com/octo/orders/extra',
    'https://github.com/../orders',
    'https://github.com/%zz/orders',
    'ext::sh -c evil',
    '',
  ])('%s is none on GitHub', address => {
    expect(repositoryAt(address)).toBeUndefined();
  });
});

describe('the server of a host', () => {
  it('is GitHub’s own, or the enterprise that is named', () => {
    expect(serverOf('github.com', '')?.api).toBe('https://api.github.com');
    expect(serverOf('acme.ghe.com', '')).toMatchObject({
      pages: 'https://acme.ghe.com',
      api: 'https://api.acme.ghe.com',
    });
    expect(serverOf('ghe.example', 'https://ghe.example/api/v3/')).toEqual({
      host: 'ghe.example',
      pages: 'https://ghe.example',
      api: 'https://ghe.example/api/v3',
    });
    expect(serverOf('ghe.example', 'https://ghe.example:8443')?.api).toBe('https://ghe.example:8443/api/v3');
  });

  it('is nothing that only looks like it', () => {
    for (const host of ['github.com.evil.example', 'evilgithub.com', 'a.b.ghe.com', 'ghe.com', 'gitlab.com'])
      expect(serverOf(host, 'https://ghe.example')).toBeUndefined();
  });

  it('never carries a token in the clear, except on this machine', () => {
    expect(enterpriseAt('http://ghe.example')).toBeUndefined();
    expect(enterpriseAt('ftp://ghe.example')).toBeUndefined();
    expect(enterpriseAt('nonsense')).toBeUndefined();
    expect(enterpriseAt('http://127.0.0.1:3000')?.api).toBe('http://127.0.0.1:3000/api/v3');
  });
});
