import { commandLine, grants } from '../command-line.ts';
import type { Family } from '../tool.ts';

/** Keychains and password managers: what shows a secret, and what loses one. */
export const passwordStoreFamily: Family = {
  ...commandLine('security', {
    options: '-s= -a= -l= -w -g',
    acts: {
      'find-generic-password|find-internet-password -w|-g': {
        kind: 'reveal-secret',
        what: 'a password of the keychain',
      },
      'dump-keychain|export': { kind: 'reveal-secret', what: 'the keychain' },
      'add-trusted-cert|authorizationdb|set-keychain-settings': grants('changes what this machine trusts'),
      'delete-keychain|delete-generic-password|delete-internet-password|delete-certificate': {
        kind: 'reveal-secret',
        what: 'entries of the keychain, which it deletes,',
      },
    },
  }),
  ...commandLine('pass gopass', {
    acts: {
      show: { kind: 'reveal-secret', what: 'a stored password' },
      'ls|list|find|grep|git|init|insert|generate': () => undefined,
      'rm|remove|delete': grants('deletes the stored password {}'),
    },
    verbs: [[/./, { kind: 'reveal-secret', what: 'a stored password' }]],
  }),
  ...commandLine('op', {
    options: '--vault= --account= --fields= --format= --reveal --env-file=',
    acts: {
      run: call => {
        if (call.options.operands.length > 0) call.run(call.options.operands);
      },
      read: { kind: 'reveal-secret', what: 'an item of the password store' },
      'item get': { kind: 'reveal-secret', what: 'an item of the password store' },
      'item|vault|document delete': grants('deletes {} of the password store'),
    },
  }),
  ...commandLine('bw lpass', {
    acts: {
      'get|show|export|list': { kind: 'reveal-secret', what: 'items of the password store' },
      'list folders|collections|organizations|org-members': () => undefined,
      'delete|rm': grants('deletes {} of the password store'),
    },
  }),
  ...commandLine('secret-tool', {
    acts: {
      'lookup|search': { kind: 'reveal-secret', what: 'a stored password' },
      clear: grants('deletes stored passwords'),
    },
  }),
  ...commandLine('gpg gpg2', {
    options:
      '--output,-o= --recipient,-r= --armor,-a --decrypt,-d --batch --yes --passphrase= --homedir= -u= --keyserver= --recv-keys --export-secret-keys --export-secret-subkeys --delete-secret-keys --delete-secret-and-public-key --delete-keys',
    acts: {
      '--export-secret-keys|--export-secret-subkeys': { kind: 'reveal-secret', what: 'private keys' },
      '--delete-secret-keys|--delete-secret-and-public-key': grants('deletes private keys'),
      '--delete-keys': grants('deletes public keys of others'),
    },
  }),
  ...commandLine('keytool', {
    options:
      '-alias= -keystore= -storepass= -keypass= -file= -delete -list -printcert -genkey -genkeypair -importcert -exportcert -importkeystore -certreq -dname= -validity= -keyalg= -keysize= -noprompt -v -rfc -changealias',
    style: { singleDash: true },
    acts: { '-delete': grants('deletes the key or certificate from its store') },
  }),
  ...commandLine('certbot', {
    options: '--cert-name= --cert-path= --reason= -d= --dry-run -n -q -m= --agree-tos --webroot -w= --nginx',
    harmlessWith: 'dry-run',
    acts: {
      'delete|revoke': grants('deletes or revokes a certificate'),
      unregister: grants('gives up the account that certificates are asked for with'),
    },
  }),
  ...commandLine('sops age', {
    options: '-d,--decrypt -e,--encrypt -i,--in-place -r= -o= --output= --extract=',
    acts: { '-d|--decrypt': { kind: 'reveal-secret', what: 'encrypted secrets' } },
  }),
};
