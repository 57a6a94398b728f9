------------------------------- MODULE locks --------------------------------
EXTENDS Naturals, FiniteSets

(* Locks with fences: sessions ask for all they want and wait in line, hold leases, pause past them, write with the fence
   they were given, release, die and end. All want the same two files, to change them, or some of them only to read. One transaction is one step where nothing can come between its statements; it is two where something could. The
   constants switch off one safeguard each. *)

CONSTANTS
  Most,            \* acquisitions, which bounds the model
  Sessions,
  Readers,         \* those that ask for shared locks
  Turns,           \* FALSE: somebody may take a lock between the look of another and its write
  SharedWaits,     \* FALSE: a reader does not look whether somebody writes
  LiveRefresh,     \* FALSE: a lease that is over is renewed, whoever took the file meanwhile
  FenceKept,       \* FALSE: the counter is cleaned up together with the last lock
  WriteChecked,    \* FALSE: a write is done whatever its fence
  EndFrees,        \* FALSE: a session that ends keeps what it has
  LeaseEnds,       \* FALSE: a lock lasts for ever
  FirstCome,       \* FALSE: whoever asks takes what is free, whoever waits for it
  PlaceEnds,       \* FALSE: one that died while it waited keeps its place in the line
  AllOrNothing     \* FALSE: a file that is free is taken and kept while the other is waited for

VARIABLES
  alive,           \* session -> "yes", "dead" (it is silent, its rows stay) or "ended"
  waiting,         \* session -> it stands in line
  ahead,           \* session -> those that were in line before it
  got,             \* session -> the files of which the table has a lock of it
  lapsed,          \* session -> the lease of those is over
  fence,           \* session -> the fence that it was given last, 0 before; it keeps it whatever became of the lock
  seen,            \* session -> its look found everything free (only where Turns is FALSE)
  counter,         \* the counter that fences are taken from
  last,            \* file -> the fence of its newest acquisition, as the table remembers it
  newest,          \* file -> whose that was, in truth
  taken,           \* acquisitions so far
  wrong            \* what never may happen and did

vars == <<alive, waiting, ahead, got, lapsed, fence, seen, counter, last, newest, taken, wrong>>

Writers == Sessions \ Readers
Mortal == {"ada"}
Files == {1, 2}

\* Shared goes with shared, and nothing else does.
Excludes(one, other) == one # other /\ ~(one \in Readers /\ other \in Readers)
Looks(s) == s \in Writers \/ SharedWaits
IsFree(s, f) == ~Looks(s) \/ \A t \in Sessions : (Excludes(t, s) /\ f \in got[t]) => lapsed[t]
MayPass(s) == ~FirstCome \/ \A t \in ahead[s] : ~Excludes(t, s)
Without(s) == [t \in Sessions |-> IF t = s THEN {} ELSE ahead[t] \ {s}]

Init ==
  /\ alive = [s \in Sessions |-> "yes"]
  /\ waiting = [s \in Sessions |-> FALSE]
  /\ ahead = [s \in Sessions |-> {}]
  /\ got = [s \in Sessions |-> {}]
  /\ lapsed = [s \in Sessions |-> FALSE]
  /\ fence = [s \in Sessions |-> 0]
  /\ seen = [s \in Sessions |-> FALSE]
  /\ counter = 0
  /\ last = [f \in Files |-> 0]
  /\ newest = [f \in Files |-> "nobody"]
  /\ taken = 0
  /\ wrong = {}

\* What a session does not get at once it waits for, behind those that wait already.
Ask(s) ==
  /\ alive[s] = "yes" /\ ~waiting[s] /\ got[s] = {}
  /\ taken < Most
  /\ waiting' = [waiting EXCEPT ![s] = TRUE]
  /\ ahead' = [ahead EXCEPT ![s] = {t \in Sessions : t # s /\ waiting[t]}]
  /\ UNCHANGED <<alive, got, lapsed, fence, seen, counter, last, newest, taken, wrong>>

\* A new lock takes the next fence. A lapsed lock of another stays as a row, so that its holder is told.
Grant(s, files) ==
  /\ counter' = counter + 1
  /\ taken' = taken + 1
  /\ fence' = [fence EXCEPT ![s] = counter + 1]
  /\ wrong' = wrong \union (IF \E t \in Sessions : counter + 1 <= fence[t] THEN {"fence went back"} ELSE {})
                    \union (IF \E t \in ahead[s] : Excludes(t, s) THEN {"went before one that waits"} ELSE {})
  /\ last' = [f \in Files |-> IF f \in files THEN counter + 1 ELSE last[f]]
  /\ newest' = [f \in Files |-> IF f \in files THEN s ELSE newest[f]]
  /\ lapsed' = [lapsed EXCEPT ![s] = FALSE]
  /\ got' = [got EXCEPT ![s] = @ \union files]
  /\ waiting' = [waiting EXCEPT ![s] = (got[s] \union files) # Files]
  /\ ahead' = IF (got[s] \union files) = Files THEN Without(s) ELSE ahead

Take(s) ==
  /\ Turns /\ AllOrNothing
  /\ alive[s] = "yes" /\ waiting[s] /\ MayPass(s)
  /\ \A f \in Files : IsFree(s, f)
  /\ Grant(s, Files)
  /\ UNCHANGED <<alive, seen>>

\* The broken ways to take: look first, without a place in the line, and write later; or one file at a time.
TakeLook(s) ==
  /\ ~Turns
  /\ alive[s] = "yes" /\ ~waiting[s] /\ got[s] = {} /\ ~seen[s]
  /\ taken < Most
  /\ \A f \in Files : IsFree(s, f)
  /\ seen' = [seen EXCEPT ![s] = TRUE]
  /\ UNCHANGED <<alive, waiting, ahead, got, lapsed, fence, counter, last, newest, taken, wrong>>

TakeWrite(s) ==
  /\ seen[s] /\ ~waiting[s]
  /\ seen' = [seen EXCEPT ![s] = FALSE]
  /\ Grant(s, Files)
  /\ UNCHANGED <<alive>>

TakeOne(s) ==
  /\ ~AllOrNothing
  /\ alive[s] = "yes" /\ waiting[s]
  /\ \E f \in Files \ got[s] : IsFree(s, f) /\ Grant(s, {f})
  /\ UNCHANGED <<alive, seen>>

\* A holder says that it goes on: its lease is renewed, if it is not over.
Refresh(s) ==
  /\ alive[s] = "yes" /\ got[s] # {} /\ lapsed[s] /\ ~LiveRefresh
  /\ lapsed' = [lapsed EXCEPT ![s] = FALSE]
  /\ UNCHANGED <<alive, waiting, ahead, got, fence, seen, counter, last, newest, taken, wrong>>

\* Whoever was ever given a fence may come back with it, however late: paused, dead to us, or ended.
Write(s) ==
  /\ s \in Writers /\ fence[s] # 0
  /\ \E f \in Files :
       /\ fence[s] >= last[f] \/ ~WriteChecked
       /\ last[f] # 0
       /\ wrong' = wrong \union (IF newest[f] # s THEN {"overwrote its successor"} ELSE {})
  /\ UNCHANGED <<alive, waiting, ahead, got, lapsed, fence, seen, counter, last, newest, taken>>

\* The counter outlives the locks, except where it is broken.
CounterAfter(others) == IF ~FenceKept /\ others = {} THEN 0 ELSE counter
LastAfter(others) == IF ~FenceKept /\ others = {} THEN [f \in Files |-> 0] ELSE last
Holding(s) == {t \in Sessions : t # s /\ got[t] # {}}

Release(s) ==
  /\ alive[s] = "yes" /\ got[s] # {} /\ ~waiting[s]
  /\ got' = [got EXCEPT ![s] = {}]
  /\ lapsed' = [lapsed EXCEPT ![s] = FALSE]
  /\ counter' = CounterAfter(Holding(s))
  /\ last' = LastAfter(Holding(s))
  /\ UNCHANGED <<alive, waiting, ahead, fence, seen, newest, taken, wrong>>

Lapse(s) ==
  /\ LeaseEnds
  /\ got[s] # {} /\ ~lapsed[s]
  /\ lapsed' = [lapsed EXCEPT ![s] = TRUE]
  /\ UNCHANGED <<alive, waiting, ahead, got, fence, seen, counter, last, newest, taken, wrong>>

LapseOfDead(s) == alive[s] # "yes" /\ Lapse(s)

Die(s) ==
  /\ s \in Mortal /\ alive[s] = "yes"
  /\ alive' = [alive EXCEPT ![s] = "dead"]
  /\ UNCHANGED <<waiting, ahead, got, lapsed, fence, seen, counter, last, newest, taken, wrong>>

\* The place of one that waits is a lease, too.
LeaveLine(s) ==
  /\ PlaceEnds
  /\ alive[s] # "yes" /\ waiting[s]
  /\ waiting' = [waiting EXCEPT ![s] = FALSE]
  /\ ahead' = Without(s)
  /\ UNCHANGED <<alive, got, lapsed, fence, seen, counter, last, newest, taken, wrong>>

EndSession(s) ==
  /\ s \in Mortal /\ alive[s] # "ended"
  /\ alive' = [alive EXCEPT ![s] = "ended"]
  /\ waiting' = [waiting EXCEPT ![s] = IF EndFrees THEN FALSE ELSE @]
  /\ got' = [got EXCEPT ![s] = IF EndFrees THEN {} ELSE @]
  /\ ahead' = IF EndFrees THEN Without(s) ELSE ahead
  /\ UNCHANGED <<lapsed, fence, seen, counter, last, newest, taken, wrong>>

Next ==
  \E s \in Sessions :
    \/ Ask(s) \/ Take(s) \/ TakeLook(s) \/ TakeWrite(s) \/ TakeOne(s) \/ Refresh(s) \/ Write(s)
    \/ Release(s) \/ Lapse(s) \/ Die(s) \/ LeaveLine(s) \/ EndSession(s)

\* What goes on by itself: whoever may take its locks does, whoever has them gives them back, and what the dead leave
\* behind passes. Nobody has to pause, die or end.
Fair ==
  \A s \in Sessions :
    /\ WF_vars(Take(s)) /\ WF_vars(TakeLook(s)) /\ WF_vars(TakeWrite(s)) /\ WF_vars(TakeOne(s))
    /\ WF_vars(Release(s)) /\ WF_vars(LapseOfDead(s)) /\ WF_vars(LeaveLine(s))

Spec == Init /\ [][Next]_vars /\ Fair

(* At most one live exclusive holder, and no reader beside it; first come, first served; fences grow; nobody overwrites
   its successor. *)
OneHolder ==
  \A s, t \in Sessions : Excludes(s, t) => ((got[s] \cap got[t]) = {} \/ lapsed[s] \/ lapsed[t])
FirstServed == "went before one that waits" \notin wrong
FencesGrow == "fence went back" \notin wrong
NoStaleWrite == "overwrote its successor" \notin wrong
EndedSessionsHoldNothing == \A s \in Sessions : alive[s] = "ended" => (got[s] = {} /\ ~waiting[s])

(* Whoever waits and lives gets what it waits for. *)
EveryWaiterGets == \A s \in Sessions : (waiting[s] /\ alive[s] = "yes") ~> (got[s] = Files \/ alive[s] # "yes")
=============================================================================
