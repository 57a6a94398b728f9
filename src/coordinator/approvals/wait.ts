import { z } from 'zod';
import { operation, waitFor } from '../kernel/operation.ts';
import { readApproval } from './access.ts';
import { Approval, ApprovalStatus, approvalOf, statusOf } from './approval.ts';

/** How long one call waits at most, in seconds: MCP clients give up on a call after a minute. */
const longestWaitSeconds = 55;

const endings = ['approval.decided', 'approval.expired', 'approval.cancelled'];

/** How a request stands, with everything that is known of it. */
export const checkApproval = operation({
  name: 'check_approval',
  title: 'Check an approval',
  description:
    'Says how your request for approval stands: pending, approved, denied (by whom and why), expired, …',
  access: 'read',
  callers: ['agent', 'operator', 'system'],
  ownAffair: true,
  input: z.object({ approval_id: z.uuid() }),
  output: Approval,
  resource: input => ({ type: 'Approval', id: input.approval_id }),
  async run(context, { approval_id }) {
    return approvalOf(await readApproval(context, approval_id));
  },
});

/** Answers when the request is decided, withdrawn or out of time, or as it stands when the wait is over. */
export const waitForApproval = operation({
  name: 'wait_for_approval',
  title: 'Wait for an approval',
  description:
    'Waits until a person has decided your request, and says what they decided. If it is still pending when the time is over, call again.',
  access: 'read',
  callers: ['agent', 'operator', 'system'],
  ownAffair: true,
  input: z.object({
    approval_id: z.uuid(),
    timeout_seconds: z.number().int().min(0).max(longestWaitSeconds).default(50),
  }),
  output: ApprovalStatus,
  resource: input => ({ type: 'Approval', id: input.approval_id }),
  patienceMs: ({ timeout_seconds }) => timeout_seconds * 1000,
  async run(context, { approval_id }) {
    const row = await readApproval(context, approval_id);
    // A timer may be early by a millisecond, and then finds it pending again.
    if (row.status === 'pending' && context.mayWait)
      return waitFor(endings, Math.ceil(row.expires_in_ms) + 1);
    return statusOf(row);
  },
});
