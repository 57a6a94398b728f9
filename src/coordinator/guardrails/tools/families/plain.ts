import { type Family, named } from '../tool.ts';

/**
 * Tools that only look, print or compute, whatever their arguments are. An argument of theirs that looks like a command
 * is data. (Unknown programs, in contrast, may start what stands behind them.)
 */
export const plainFamily: Family = named(
  'ls dir ll tree exa eza lsd stat file wc head tail less more most bat batcat grep egrep fgrep rgrep zgrep rg ag ack pt sift ugrep git-grep ' +
    'cut paste sort uniq comm join tr expand unexpand fold fmt column pr nl diff sdiff diff3 cmp colordiff delta icdiff vimdiff ' +
    'jq yq xq tomlq dasel gron miller mlr csvcut csvgrep xsv qsv strings od hexdump hexyl md5sum sha1sum sha256sum sha512sum b2sum cksum sum shasum md5 ' +
    'test [ [[ seq yes sleep wait cal uptime whoami id groups users who w last hostname uname arch nproc lscpu lsblk lsusb lspci lsmod lsof free ' +
    'vmstat iostat df du ps pgrep pidof pstree top htop btop jobs tty locale getconf ulimit umask env-list man info apropos whatis help tldr cheat ' +
    'basename dirname realpath readlink mkdir cd-list dirs hash times fc bind complete compgen shopt set setopt shift getopts return break continue exit logout ' +
    'expr bc dc factor numfmt fd-list tput clear reset stty figlet cowsay lolcat toilet pbcopy pbpaste xclip xsel clip open xdg-open start explorer ' +
    'getent systemd-analyze systemd-detect-virt iptables-save ip6tables-save traceroute tracepath mtr whois ip-list netstat ss arp route cloc tokei scc ctags cscope ' +
    'shellcheck shfmt hadolint yamllint jsonlint markdownlint actionlint vale codespell aspell ' +
    'tsc eslint prettier biome jest vitest mocha ava pytest mypy ruff black isort flake8 pylint pyright tox nox rubocop rspec golangci-lint gofmt rustfmt clippy-driver ' +
    'gcc g++ cc c++ clang clang++ ld ar nm objdump readelf ldd javac kotlinc scalac ghc rustc',
  {},
);
