export const usage = `Interlock coordinates several coding agents in one repository.

  interlock hook <harness> <event>   answer an agent harness's hook (payload on standard input)
  interlock help | version
`;
