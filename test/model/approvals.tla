----------------------------- MODULE approvals ------------------------------
EXTENDS Naturals, FiniteSets

(* The life of an approval: calls that look, ask, wait and act, operators who decide, time, sweeps and restarts, one
   statement at a time in any order. Two calls do the same, a third does something else. The constants switch off one
   safeguard each. *)

CONSTANTS
  Most,               \* requests filed altogether, which bounds the model
  Waits,              \* a call that finds a pending request may wait for its end; FALSE bounds the model
  ApprovedOnly,       \* FALSE: a request that nobody has decided lets its call pass
  BoundToContent,     \* FALSE: an approval passes for any content
  OneOpen,            \* FALSE: a request is filed beside one that is open for the same
  Consumed,           \* FALSE: nobody consumes an approval
  StatusAtUse,        \* FALSE: a call trusts the status that it saw before it acts
  TimeAtUse,          \* FALSE: a call trusts the time at which it looked
  DecidedIfPending,   \* FALSE: a decision is written whatever was decided meanwhile
  OverdueOnly,        \* FALSE: a sweep expires whatever is open
  OperatorsOnly,      \* FALSE: an agent may decide
  RunsOut,            \* FALSE: an approval that was given lasts for ever
  Sweeps,             \* FALSE: nobody writes down what time has decided
  EndsWait            \* FALSE: whoever waits hears of a yes, and of nothing else

VARIABLES
  status,             \* request -> its status in the table
  content,            \* request -> what it is bound to
  over,               \* request -> its time is over, whether or not that was written down
  decisions,          \* request -> how many decisions were accepted
  decider,            \* request -> who decided last
  uses,               \* request -> how many calls passed with it
  usedFor,            \* request -> the contents they had
  usedLate,           \* a call passed with an approval whose time was over
  step,               \* call -> what it is about to do
  holds,              \* call -> the request that it found
  views               \* operator -> the request that they look at

vars == <<status, content, over, decisions, decider, uses, usedFor, usedLate, step, holds, views>>

Requests == 1..Most
Operators == {"olga", "paul"}
Calls == {"call", "twin", "other"}
Content(c) == IF c = "other" THEN "something else" ELSE "the same"

Open(r) == status[r] \in {"pending", "approved"}
Fits(c, r) == content[r] = Content(c) \/ ~BoundToContent
Usable(r) == status[r] = "approved" \/ (status[r] = "pending" /\ ~ApprovedOnly)
Found(c) == {r \in Requests : Fits(c, r) /\ Usable(r) /\ ~over[r]}
Asked(c) == {r \in Requests : Fits(c, r) /\ status[r] = "pending" /\ ~over[r]}
Free == {r \in Requests : status[r] = "none"}

Init ==
  /\ status = [r \in Requests |-> "none"]
  /\ content = [r \in Requests |-> "nothing"]
  /\ over = [r \in Requests |-> FALSE]
  /\ decisions = [r \in Requests |-> 0]
  /\ decider = [r \in Requests |-> "nobody"]
  /\ uses = [r \in Requests |-> 0]
  /\ usedFor = [r \in Requests |-> {}]
  /\ usedLate = FALSE
  /\ step = [c \in Calls |-> "look"]
  /\ holds = [c \in Calls |-> 0]
  /\ views = [o \in Operators |-> 0]

\* A call that finds a pending request waits for its end, or is refused and may look again.
Look(c) ==
  /\ step[c] = "look"
  /\ \/ \E r \in Found(c) :
          /\ holds' = [holds EXCEPT ![c] = r]
          /\ step' = [step EXCEPT ![c] = "act"]
     \/ /\ Waits
        /\ Found(c) = {}
        /\ \E r \in Asked(c) : holds' = [holds EXCEPT ![c] = r]
        /\ step' = [step EXCEPT ![c] = "wait"]
     \/ /\ Found(c) = {}
        /\ Asked(c) = {}
        /\ Free # {}
        /\ step' = [step EXCEPT ![c] = "file"]
        /\ UNCHANGED holds
  /\ UNCHANGED <<status, content, over, decisions, decider, uses, usedFor, usedLate, views>>

\* What ran out is written down on the way, so that it does not keep the new request out.
File(c) ==
  LET lapsed == {r \in Requests : content[r] = Content(c) /\ Open(r) /\ over[r]}
      taken == {r \in Requests : content[r] = Content(c) /\ Open(r) /\ ~over[r]}
      settled == [r \in Requests |-> IF r \in lapsed THEN "expired" ELSE status[r]]
  IN
  /\ step[c] = "file"
  /\ IF Free = {} \/ (OneOpen /\ taken # {})
     THEN status' = settled /\ UNCHANGED content
     ELSE LET new == CHOOSE r \in Free : \A other \in Free : r <= other IN
          /\ status' = [settled EXCEPT ![new] = "pending"]
          /\ content' = [content EXCEPT ![new] = Content(c)]
  /\ step' = [step EXCEPT ![c] = "look"]
  /\ UNCHANGED <<over, decisions, decider, uses, usedFor, usedLate, holds, views>>

\* What was waited for has an end, whichever, or its time is over, whether or not that was written down. How it ended is
\* looked up, since it may have changed on the way.
Wake(c) ==
  /\ step[c] = "wait"
  /\ IF EndsWait THEN status[holds[c]] # "pending" \/ over[holds[c]] ELSE status[holds[c]] = "approved"
  /\ step' = [step EXCEPT ![c] = "look"]
  /\ holds' = [holds EXCEPT ![c] = 0]
  /\ UNCHANGED <<status, content, over, decisions, decider, uses, usedFor, usedLate, views>>

Act(c) ==
  LET r == holds[c] IN
  /\ step[c] = "act"
  /\ IF (Usable(r) \/ ~StatusAtUse) /\ (~over[r] \/ ~TimeAtUse)
     THEN /\ uses[r] < 2
          /\ uses' = [uses EXCEPT ![r] = @ + 1]
          /\ usedFor' = [usedFor EXCEPT ![r] = @ \union {Content(c)}]
          /\ usedLate' = (usedLate \/ over[r])
          /\ status' = IF Consumed THEN [status EXCEPT ![r] = "consumed"] ELSE status
     ELSE UNCHANGED <<status, uses, usedFor, usedLate>>
  /\ step' = [step EXCEPT ![c] = "look"]
  /\ holds' = [holds EXCEPT ![c] = 0]
  /\ UNCHANGED <<content, over, decisions, decider, views>>

\* The coordinator dies between two statements of a call; what the call knew dies with it.
Restart(c) ==
  /\ step[c] # "look"
  /\ step' = [step EXCEPT ![c] = "look"]
  /\ holds' = [holds EXCEPT ![c] = 0]
  /\ UNCHANGED <<status, content, over, decisions, decider, uses, usedFor, usedLate, views>>

View(o) ==
  /\ views[o] = 0
  /\ \E r \in Requests : status[r] = "pending" /\ ~over[r] /\ views' = [views EXCEPT ![o] = r]
  /\ UNCHANGED <<status, content, over, decisions, decider, uses, usedFor, usedLate, step, holds>>

Decide(o, decision) ==
  LET r == views[o] IN
  /\ r # 0
  /\ IF (status[r] = "pending" /\ ~over[r]) \/ ~DecidedIfPending
     THEN /\ status' = [status EXCEPT ![r] = decision]
          /\ decisions' = [decisions EXCEPT ![r] = @ + 1]
          /\ decider' = [decider EXCEPT ![r] = o]
     ELSE UNCHANGED <<status, decisions, decider>>
  /\ views' = [views EXCEPT ![o] = 0]
  /\ UNCHANGED <<content, over, uses, usedFor, usedLate, step, holds>>

DecideAsAgent ==
  /\ ~OperatorsOnly
  /\ \E r \in Requests :
       /\ status[r] = "pending"
       /\ status' = [status EXCEPT ![r] = "approved"]
       /\ decisions' = [decisions EXCEPT ![r] = @ + 1]
       /\ decider' = [decider EXCEPT ![r] = "agent"]
  /\ UNCHANGED <<content, over, uses, usedFor, usedLate, step, holds, views>>

TimePasses(r) ==
  /\ Open(r)
  /\ ~over[r]
  /\ status[r] = "pending" \/ RunsOut
  /\ over' = [over EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<status, content, decisions, decider, uses, usedFor, usedLate, step, holds, views>>

Close(r, state) ==
  /\ status' = [status EXCEPT ![r] = state]
  /\ UNCHANGED <<content, over, decisions, decider, uses, usedFor, usedLate, step, holds, views>>

Sweep(r) == Sweeps /\ Open(r) /\ (over[r] \/ ~OverdueOnly) /\ Close(r, "expired")
Cancel == \E r \in Requests : Open(r) /\ ~over[r] /\ Close(r, "cancelled")

Next ==
  \/ \E c \in Calls : Look(c) \/ File(c) \/ Wake(c) \/ Act(c) \/ Restart(c)
  \/ \E o \in Operators : View(o) \/ Decide(o, "approved") \/ Decide(o, "denied")
  \/ \E r \in Requests : TimePasses(r) \/ Sweep(r)
  \/ DecideAsAgent \/ Cancel

\* Time passes, what it decided is written down, and whoever can go on does. Nobody has to decide, to ask again or to use what
\* was approved.
Fair ==
  /\ \A r \in Requests : WF_vars(TimePasses(r)) /\ WF_vars(Sweep(r))
  /\ \A c \in Calls : WF_vars(Wake(c))

Spec == Init /\ [][Next]_vars /\ Fair

UsedOnce == \A r \in Requests : uses[r] <= 1
UsedIfApproved == \A r \in Requests : uses[r] > 0 => decider[r] # "nobody" /\ status[r] # "denied"
UsedForItsContent == \A r \in Requests : usedFor[r] \subseteq {content[r]}
UsedInTime == ~usedLate
DecidedOnce == \A r \in Requests : decisions[r] <= 1
DecidedByAPerson == \A r \in Requests : decider[r] \in Operators \union {"nobody"}
ExpiredWhenOver == \A r \in Requests : status[r] = "expired" => over[r]
OneForEach ==
  \A r, other \in Requests : Open(r) /\ Open(other) /\ content[r] = content[other] => r = other

\* Every request ends: used, denied, expired or cancelled.
EveryRequestEnds == \A r \in Requests : Open(r) ~> ~Open(r)

\* Whoever waits for a decision goes on: with a yes, a no, or because the time is over.
EveryWaiterGoesOn == \A c \in Calls : step[c] = "wait" ~> step[c] # "wait"

=============================================================================
