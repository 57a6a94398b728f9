------------------------------ MODULE waiting -------------------------------
EXTENDS Naturals

(* An agent that waits for a decision, on a machine whose connection to the database may break: it never sleeps on
   while the decision is there to be read. The constants switch off one safeguard each. *)

CONSTANTS
  ListensFirst,      \* FALSE: the waiter reads, and listens only then
  ToldAtCommit,      \* FALSE: the decision is told before it can be read
  GapTold            \* FALSE: nobody hears that the connection was lost and is there again

VARIABLES
  decided,           \* the decision can be read
  told,              \* the decision was sent on its way
  onItsWay,          \* a notification that has not arrived
  connected,
  waiter,            \* what the waiter is about to do
  listening,
  heard              \* something was heard since the waiter listens

vars == <<decided, told, onItsWay, connected, waiter, listening, heard>>

Init ==
  /\ decided = FALSE
  /\ told = FALSE
  /\ onItsWay = FALSE
  /\ connected = TRUE
  /\ waiter = (IF ListensFirst THEN "listen" ELSE "read")
  /\ listening = FALSE
  /\ heard = FALSE

Tell ==
  /\ ~told
  /\ told' = TRUE
  /\ onItsWay' = connected
  /\ decided' = IF ToldAtCommit THEN TRUE ELSE decided
  /\ UNCHANGED <<connected, waiter, listening, heard>>

Commit ==
  /\ told
  /\ ~decided
  /\ decided' = TRUE
  /\ UNCHANGED <<told, onItsWay, connected, waiter, listening, heard>>

Arrive ==
  /\ onItsWay
  /\ onItsWay' = FALSE
  /\ heard' = (heard \/ listening)
  /\ UNCHANGED <<decided, told, connected, waiter, listening>>

Break ==
  /\ connected
  /\ connected' = FALSE
  /\ onItsWay' = FALSE
  /\ UNCHANGED <<decided, told, waiter, listening, heard>>

Mend ==
  /\ ~connected
  /\ connected' = TRUE
  /\ heard' = (heard \/ (listening /\ GapTold))
  /\ UNCHANGED <<decided, told, onItsWay, waiter, listening>>

Listen ==
  /\ waiter = "listen"
  /\ listening' = TRUE
  /\ heard' = FALSE
  /\ waiter' = IF ListensFirst THEN "read" ELSE "asleep"
  /\ UNCHANGED <<decided, told, onItsWay, connected>>

Read ==
  /\ waiter = "read"
  /\ waiter' = IF decided THEN "answered" ELSE IF ListensFirst THEN "asleep" ELSE "listen"
  /\ UNCHANGED <<decided, told, onItsWay, connected, listening, heard>>

Wake ==
  /\ waiter = "asleep"
  /\ heard
  /\ listening' = FALSE
  /\ heard' = FALSE
  /\ waiter' = IF ListensFirst THEN "listen" ELSE "read"
  /\ UNCHANGED <<decided, told, onItsWay, connected>>

Next == Tell \/ Commit \/ Arrive \/ Break \/ Mend \/ Listen \/ Read \/ Wake

\* The waiter takes its steps, what is on its way arrives, and a connection that breaks is mended, however often it breaks.
\* Nobody has to decide.
Fair == WF_vars(Commit) /\ WF_vars(Arrive) /\ WF_vars(Mend) /\ WF_vars(Listen) /\ WF_vars(Read) /\ WF_vars(Wake)

Spec == Init /\ [][Next]_vars /\ Fair

\* While the connection is down nothing can be heard, and when it is back the gap is.
NothingMissed == waiter = "asleep" /\ decided /\ connected /\ ~onItsWay => heard

\* Once it is decided, whoever waits is answered.
Answered == decided ~> (waiter = "answered")

=============================================================================
