------------------------------- MODULE queue --------------------------------
EXTENDS Naturals, FiniteSets

(* The life of tasks: somebody submits them, workers claim, finish and lose them, sessions end, time passes, and the queue
   settles what time has decided. One transaction is one step where nothing can come between its statements; it is two
   where something could. Each task depends on the one before it. The constants switch off one safeguard each. *)

CONSTANTS
  Most,               \* tasks, which bounds the model
  MaxAttempts,
  AtomicClaim,        \* FALSE: a claim takes what it has seen, whoever took it meanwhile
  AfterDependencies,  \* FALSE: a task is handed out whatever it waits for
  LivingClaim,        \* FALSE: a session that ended on the way of its call still claims
  LeaseEnds,          \* FALSE: a claim lasts for ever
  LapsedOnly,         \* FALSE: a claim is taken whose lease is not over
  LimitedAttempts,    \* FALSE: a task is handed out however often it was lost
  ClaimAtEnd,         \* FALSE: a completion is written without looking who has the claim
  OpenAtEnd,          \* FALSE: a cancellation is written however the task has ended meanwhile
  Cascades,           \* FALSE: nobody tells those that depend on a task that did not complete
  Turns,              \* FALSE: a dependency may end while a submission looks at it
  Marks,              \* FALSE: a submission does not say in the row of its dependency that it looks at it
  Settles             \* FALSE: nobody writes down what time has decided

VARIABLES
  status,             \* task -> its status in the table; a claimed one may be running
  claimer,            \* task -> the worker that claimed it last
  lapsed,             \* task -> the lease of that claim is over, whether or not that was written down
  attempts,           \* task -> how often it was claimed
  open,               \* task -> how many tasks it waits for, as the table counts
  ends,               \* task -> how often it ended
  wrong,              \* what never may happen and did
  alive,              \* worker -> "yes", "dead" (it is silent, its session stays) or "ended"
  mine,               \* worker -> the task that it believes to have, 0 for none
  seen,               \* worker -> the task that its claim has seen, 0 for none
  looked,             \* the submission under way: what it saw of its dependency, "turn" before that, or "nothing"
  cancels             \* the cancellation under way: its task, 0 for none

vars == <<status, claimer, lapsed, attempts, open, ends, wrong, alive, mine, seen, looked, cancels>>

Tasks == 1..Most
Workers == {"ada", "bob"}
Mortal == {"ada"}

Over(t) == status[t] \in {"completed", "failed", "cancelled"}
Gone(t) == status[t] \in {"failed", "cancelled"}
Returned(t) == status[t] = "claimed" /\ lapsed[t]
Spent(t) == attempts[t] >= MaxAttempts /\ LimitedAttempts
Exhausted(t) == Returned(t) /\ Spent(t)

Init ==
  /\ status = [t \in Tasks |-> IF t = 1 THEN "pending" ELSE "none"]
  /\ claimer = [t \in Tasks |-> "nobody"]
  /\ lapsed = [t \in Tasks |-> FALSE]
  /\ attempts = [t \in Tasks |-> 0]
  /\ open = [t \in Tasks |-> 0]
  /\ ends = [t \in Tasks |-> 0]
  /\ wrong = {}
  /\ alive = [w \in Workers |-> "yes"]
  /\ mine = [w \in Workers |-> 0]
  /\ seen = [w \in Workers |-> 0]
  /\ looked = "nothing"
  /\ cancels = 0

\* The turn keeps out whatever submits, ends or returns tasks, while a submission is under way.
HasTurn == looked = "nothing" \/ ~Turns

\* A worker ends a task without the turn where the task's row says that nobody depends on it. A submission writes itself
\* there when it looks, and has the row until it has written: it looks at the task that was submitted last.
Undepended(t) ==
  /\ t = Most \/ status[t + 1] = "none"
  /\ looked \in {"nothing", "turn"} \/ ~Marks

\* What the end of some tasks makes of the others: those that depend on one that did not complete are cancelled with it.
\* Nothing that has ended, or was never submitted, changes.
Doomed(gone) ==
  {t \in Tasks : /\ status[t] = "pending"
                 /\ Cascades
                 /\ \E root \in gone : /\ t > root
                                       /\ \A between \in (root + 1)..t : status[between] = "pending"}
EndAll(gone, how) ==
  LET doomed == Doomed(gone) IN
  /\ status' = [t \in Tasks |-> IF t \in gone THEN how ELSE IF t \in doomed THEN "cancelled" ELSE status[t]]
  /\ ends' = [t \in Tasks |-> IF t \in gone \union doomed THEN ends[t] + 1 ELSE ends[t]]

Unsubmitted == {t \in Tasks : status[t] = "none" /\ \A other \in Tasks : other < t => status[other] # "none"}

SubmitBegin ==
  /\ looked = "nothing"
  /\ Unsubmitted # {}
  /\ looked' = "turn"
  /\ UNCHANGED <<status, claimer, lapsed, attempts, open, ends, wrong, alive, mine, seen, cancels>>

SubmitLook ==
  /\ looked = "turn"
  /\ \E t \in Unsubmitted : looked' = status[t - 1]
  /\ UNCHANGED <<status, claimer, lapsed, attempts, open, ends, wrong, alive, mine, seen, cancels>>

SubmitWrite ==
  /\ looked \notin {"nothing", "turn"}
  /\ \E t \in Unsubmitted :
       LET dies == looked \in {"failed", "cancelled"} IN
       /\ status' = [status EXCEPT ![t] = IF dies THEN "cancelled" ELSE "pending"]
       /\ ends' = [ends EXCEPT ![t] = IF dies THEN 1 ELSE 0]
       /\ open' = [open EXCEPT ![t] = IF looked = "completed" THEN 0 ELSE 1]
  /\ looked' = "nothing"
  /\ UNCHANGED <<claimer, lapsed, attempts, wrong, alive, mine, seen, cancels>>

Claimable(t) ==
  /\ status[t] = "pending" \/ Returned(t) \/ (status[t] = "claimed" /\ ~LapsedOnly)
  /\ attempts[t] < MaxAttempts \/ ~LimitedAttempts
  /\ open[t] = 0 \/ ~AfterDependencies

Take(w, t) ==
  /\ wrong' = wrong \union (IF status[t] = "claimed" /\ ~lapsed[t] THEN {"two claimers"} ELSE {})
                    \union (IF t > 1 /\ status[t - 1] # "completed" THEN {"before its dependency"} ELSE {})
                    \union (IF Over(t) THEN {"claimed after its end"} ELSE {})
  /\ status' = [status EXCEPT ![t] = "claimed"]
  /\ claimer' = [claimer EXCEPT ![t] = w]
  /\ lapsed' = [lapsed EXCEPT ![t] = FALSE]
  \* Once there is one too many, more of them are the same.
  /\ attempts' = [attempts EXCEPT ![t] = IF @ > MaxAttempts THEN @ ELSE @ + 1]
  /\ mine' = [mine EXCEPT ![w] = t]

Claim(w) ==
  /\ AtomicClaim
  /\ alive[w] = "yes" /\ mine[w] = 0
  /\ \E t \in Tasks : Claimable(t) /\ Take(w, t)
  /\ UNCHANGED <<open, ends, alive, seen, looked, cancels>>

\* The broken claim: it looks, and takes afterwards.
ClaimLook(w) ==
  /\ ~AtomicClaim \/ ~LivingClaim
  /\ alive[w] = "yes" /\ mine[w] = 0 /\ seen[w] = 0
  /\ \E t \in Tasks : Claimable(t) /\ seen' = [seen EXCEPT ![w] = t]
  /\ UNCHANGED <<status, claimer, lapsed, attempts, open, ends, wrong, alive, mine, looked, cancels>>

ClaimTake(w) ==
  /\ seen[w] # 0
  /\ seen' = [seen EXCEPT ![w] = 0]
  /\ IF (Claimable(seen[w]) \/ ~AtomicClaim) /\ (alive[w] = "yes" \/ ~LivingClaim)
     THEN Take(w, seen[w])
     ELSE UNCHANGED <<status, claimer, lapsed, attempts, wrong, mine>>
  /\ UNCHANGED <<open, ends, alive, looked, cancels>>

\* Completing and failing: the row of the task under the worker's claim, and those that depend on it, in one transaction.
InForce(w, t) == status[t] = "claimed" /\ claimer[t] = w /\ ~lapsed[t]

Finish(w, how) ==
  LET t == mine[w] IN
  /\ alive[w] = "yes" /\ t # 0
  /\ HasTurn \/ Undepended(t)
  /\ mine' = [mine EXCEPT ![w] = 0]
  /\ IF InForce(w, t) \/ ~ClaimAtEnd
     THEN /\ wrong' = wrong \union (IF InForce(w, t) THEN {} ELSE {"ended without a claim"})
          /\ IF how = "completed"
             THEN /\ status' = [status EXCEPT ![t] = "completed"]
                  /\ ends' = [ends EXCEPT ![t] = @ + 1]
                  /\ open' = [other \in Tasks |->
                       IF other = t + 1 /\ status[other] # "none" /\ ~Over(other) /\ open[other] > 0
                       THEN open[other] - 1 ELSE open[other]]
             ELSE EndAll({t}, "failed") /\ UNCHANGED open
     ELSE UNCHANGED <<status, ends, open, wrong>>
  /\ UNCHANGED <<claimer, lapsed, attempts, alive, seen, looked, cancels>>

CancelLook ==
  /\ cancels = 0
  /\ \E t \in Tasks : status[t] # "none" /\ ~Over(t) /\ cancels' = t
  /\ UNCHANGED <<status, claimer, lapsed, attempts, open, ends, wrong, alive, mine, seen, looked>>

CancelWrite ==
  /\ HasTurn
  /\ cancels # 0
  /\ IF ~OpenAtEnd \/ (~Over(cancels) /\ ~Exhausted(cancels))
     THEN EndAll({cancels}, "cancelled")
     ELSE UNCHANGED <<status, ends>>
  /\ cancels' = 0
  /\ UNCHANGED <<claimer, lapsed, attempts, open, wrong, alive, mine, seen, looked>>

\* A worker that is paused, or dead, lets its lease pass.
Lapse(t) ==
  /\ LeaseEnds
  /\ status[t] = "claimed" /\ ~lapsed[t]
  /\ lapsed' = [lapsed EXCEPT ![t] = TRUE]
  /\ UNCHANGED <<status, claimer, attempts, open, ends, wrong, alive, mine, seen, looked, cancels>>

LapseOfDead(t) == claimer[t] # "nobody" /\ alive[claimer[t]] # "yes" /\ Lapse(t)

Die(w) ==
  /\ w \in Mortal /\ alive[w] = "yes"
  /\ alive' = [alive EXCEPT ![w] = "dead"]
  /\ UNCHANGED <<status, claimer, lapsed, attempts, open, ends, wrong, mine, seen, looked, cancels>>

\* A session that ends gives back what it has, in the same transaction.
EndSession(w) ==
  LET own == {t \in Tasks : status[t] = "claimed" /\ claimer[t] = w}
      last == {t \in own : Spent(t)}
      doomed == Doomed(last)
  IN
  /\ HasTurn
  /\ w \in Mortal /\ alive[w] # "ended"
  /\ alive' = [alive EXCEPT ![w] = "ended"]
  /\ status' = [t \in Tasks |->
       IF t \in last THEN "failed" ELSE IF t \in own THEN "pending" ELSE IF t \in doomed THEN "cancelled" ELSE status[t]]
  /\ ends' = [t \in Tasks |-> IF t \in last \union doomed THEN ends[t] + 1 ELSE ends[t]]
  /\ lapsed' = [t \in Tasks |-> IF t \in own THEN FALSE ELSE lapsed[t]]
  /\ UNCHANGED <<claimer, attempts, open, wrong, mine, seen, looked, cancels>>

Settle(t) ==
  /\ Settles
  /\ HasTurn
  /\ Returned(t)
  /\ IF Spent(t)
     THEN EndAll({t}, "failed")
     ELSE status' = [status EXCEPT ![t] = "pending"] /\ UNCHANGED ends
  /\ lapsed' = [lapsed EXCEPT ![t] = FALSE]
  /\ UNCHANGED <<claimer, attempts, open, wrong, alive, mine, seen, looked, cancels>>

Next ==
  \/ SubmitBegin \/ SubmitLook \/ SubmitWrite \/ CancelLook \/ CancelWrite
  \/ \E w \in Workers : Claim(w) \/ ClaimLook(w) \/ ClaimTake(w) \/ Die(w) \/ EndSession(w)
  \/ \E w \in Workers : Finish(w, "completed") \/ Finish(w, "failed")
  \/ \E t \in Tasks : Lapse(t) \/ Settle(t)

\* What goes on by itself: submissions are carried through, a worker that lives asks for work and ends what it has, the
\* lease of a dead one passes, and the queue settles what is due. Nobody has to cancel anything.
Fair ==
  /\ WF_vars(SubmitBegin) /\ WF_vars(SubmitLook) /\ WF_vars(SubmitWrite) /\ WF_vars(CancelWrite)
  /\ \A w \in Workers : WF_vars(Claim(w)) /\ WF_vars(ClaimLook(w)) /\ WF_vars(ClaimTake(w))
  /\ \A w \in Workers : WF_vars(Finish(w, "completed") \/ Finish(w, "failed"))
  /\ \A t \in Tasks : WF_vars(LapseOfDead(t)) /\ WF_vars(Settle(t))

Spec == Init /\ [][Next]_vars /\ Fair

(* Exactly one claimer; only the claimer ends a task; dependencies first; every task ends once. *)
OneClaimer == "two claimers" \notin wrong
OnlyTheClaimerEnds == "ended without a claim" \notin wrong
DependenciesFirst == "before its dependency" \notin wrong
EndsOnce == \A t \in Tasks : ends[t] <= 1 /\ (Over(t) <=> ends[t] = 1)
EndedIsEnded == "claimed after its end" \notin wrong
AttemptsKept == \A t \in Tasks : attempts[t] <= MaxAttempts
EndedSessionsHaveNothing == \A t \in Tasks : status[t] = "claimed" => alive[claimer[t]] # "ended"
CountIsTrue == \A t \in Tasks : (t > 1 /\ status[t] = "pending") => (open[t] = 0 <=> status[t - 1] = "completed")

(* Nothing is stuck: whatever workers do or do not do, while one of them lives every task ends. *)
EveryTaskEnds == \A t \in Tasks : <>(Over(t))
=============================================================================
