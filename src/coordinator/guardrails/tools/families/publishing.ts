import { commandLine, deploys, publishes } from '../command-line.ts';
import type { Family } from '../tool.ts';

/** Uploaders of packages and apps that belong to no package manager above. */
const publishing = publishes('publishes the package for everyone');

export const publishingFamily: Family = {
  ...commandLine('goreleaser', {
    options: '--snapshot --skip= --clean -f= --config= --single-target',
    harmlessWith: 'snapshot',
    acts: { release: publishing, publish: publishing },
  }),
  ...commandLine('flutter dart', {
    options: '-n,--dry-run -f,--force -d= --device-id=',
    harmlessWith: 'dry-run',
    acts: { 'pub publish': publishing, 'pub lish': publishing },
  }),
  ...commandLine('pod', { acts: { 'trunk push|delete|deprecate': publishing, 'repo push': publishing } }),
  ...commandLine('conan', { options: '-r= --all --confirm -c', acts: { upload: publishing } }),
  ...commandLine('anaconda', { options: '-u= --user= --label=', acts: { 'upload|remove': publishing } }),
  ...commandLine('cabal stack', { options: '--publish', acts: { upload: publishing } }),
  ...commandLine('opam', { acts: { publish: publishing } }),
  ...commandLine('luarocks', { options: '--api-key= --force', acts: { upload: publishing } }),
  ...commandLine('jsr', {
    options: '--dry-run --allow-dirty',
    harmlessWith: 'dry-run',
    acts: { publish: publishing },
  }),
  ...commandLine('setup.py', {
    options: '-r= --repository=',
    acts: { 'upload|register': publishing, 'sdist|bdist|bdist_wheel|build|check upload': publishing },
  }),
  ...commandLine('eas', {
    options: '-p,--platform= --profile= --non-interactive --auto-submit --branch= --message=',
    acts: { submit: publishing, update: deploys('updates the app of its users') },
  }),
  ...commandLine('expo', { acts: { 'publish|upload:ios|upload:android': publishing } }),
  ...commandLine('fastlane', {
    acts: {
      'release|deploy|deliver|supply|upload_to_app_store|upload_to_play_store|upload_to_testflight|pilot|beta':
        publishes('hands the app to its store'),
      'ios|android release|deploy|beta|production': publishes('hands the app to its store'),
    },
  }),
};
