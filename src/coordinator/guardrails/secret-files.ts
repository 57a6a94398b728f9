/**
 * Files whose content is a credential, by where the tools that own them put them. Public halves, examples and templates
 * are not.
 */
export function isSecretFile(path: string): boolean {
  const text = path.replaceAll('\\', '/');
  if (
    /\.(?:pub|example|sample|template|dist|md|tmpl)$/i.test(text) ||
    /(?:^|\/)known_hosts|authorized_keys$/.test(text)
  )
    return false;
  return secretFiles.test(text);
}

const secretFiles = new RegExp(
  `(?:${[
    '(?:^|/)\\.env(?:\\.[\\w-]+)*$|(?:^|/)[\\w-]+\\.env$|(?:^|/)\\.envrc$',
    '(?:^|/)\\.(?:ssh|aws|azure|kube)/?$|(?:^|/)\\.ssh/(?!config$|known_hosts|.*\\.pub$)[^/]+$|(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$',
    '\\.(?:pem|p12|pfx|jks|keystore|kdbx|ppk|gpg|p8|pkcs12)$|(?:^|/)[\\w.-]*(?:private|server|client|tls|ssl|signing)[\\w.-]*\\.key$|(?:^|/)[\\w-]+\\.key$',
    '(?:^|/)\\.aws/(?:credentials|sso/cache/.*)$|(?:^|/)\\.azure/.*(?:[Tt]oken|[Pp]rofile|credential).*$|(?:^|/)gcloud/(?:credentials\\.db|access_tokens\\.db|application_default_credentials\\.json|legacy_credentials/.*)$',
    '(?:^|/)\\.(?:netrc|pgpass|my\\.cnf|mylogin\\.cnf|npmrc|pypirc|git-credentials|vault-token|terraformrc|s3cfg|boto|dockercfg|htpasswd|rediscli_auth|cloudflared/cert\\.pem)$',
    '(?:^|/)_netrc$|(?:^|/)\\.docker/config\\.json$|(?:^|/)\\.kube/config$|(?:^|/)\\.config/(?:gh/hosts\\.yml|hub|doctl/config\\.yaml|rclone/rclone\\.conf|stripe/.*|fly/config\\.yml|configstore/.*)$|(?:^|/)\\.gem/credentials$|(?:^|/)\\.cargo/credentials(?:\\.toml)?$|(?:^|/)\\.m2/settings(?:-security)?\\.xml$|(?:^|/)\\.terraform\\.d/credentials.*$|(?:^|/)\\.heroku.*$|(?:^|/)\\.gradle/gradle\\.properties$',
    '(?:^|/)\\.gnupg(?:/|$)|(?:^|/)\\.password-store(?:/|$)|(?:^|/)[Kk]eychains?/.*|(?:^|/)(?:Login Data|Cookies|key4\\.db|logins\\.json|cookies\\.sqlite)$',
    '^/etc/(?:g?shadow|gshadow|sudoers|master\\.passwd|security/opasswd|krb5\\.keytab|ssl/private/.*|ssh/ssh_host_[a-z0-9]+_key)-?$|^/proc/(?:self|\\d+)/environ$|(?:^|/)SAM$|(?:^|/)ntds\\.dit$',
    '(?:^|/)(?:credentials?|secrets?|service[-_]?account[\\w-]*|client[-_]secret[\\w-]*|auth[-_]token|api[-_]?keys?|passwords?|token)(?:\\.[\\w-]+)?\\.(?:json|ya?ml|toml|ini|txt|xml|properties|cfg|conf|enc|csv)$|(?:^|/)master\\.key$|(?:^|/)credentials$|(?:^|/)(?:secrets?|passwords?)\\.(?:env|sh)$',
    '(?:^|/)\\.(?:bash|zsh|sh|python|psql|mysql|rediscli|node_repl)_history$',
    '\\.tfvars$|\\.tfstate(?:\\.backup)?$|(?:^|/)(?:wallet\\.dat|keystore/UTC--.*)$',
  ].join('|')})`,
);
