/** Whether a variable holds a secret, as far as its name tells: `GITHUB_TOKEN`, not `TOKEN_FILE` or `MAX_TOKENS`. */
export function isSecretName(name: string): boolean {
  return (
    /(?:^|_)(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)(?:_|$)/i.test(
      name,
    ) && !/(?:FILE|PATH|URL|ID|NAME|COUNT|LENGTH|MAX|LIMIT)$/i.test(name)
  );
}
