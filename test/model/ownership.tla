----------------------------- MODULE ownership ------------------------------
EXTENDS Naturals, FiniteSets

(* Who owns the store: the steps of docs/adr/0001-store-ownership.md, one at a time, in any order, with any process
   killed or left asleep between any two of them. The constants switch off one safeguard each. *)

CONSTANTS
  Processes,
  Attempts,          \* attempts at claiming altogether, which bounds the model
  Kept,              \* how many of the highest claims are not swept (eight in the program)
  Proof,             \* FALSE: a claimant may take a living owner for dead, as a time-out does
  ListensFirst,      \* FALSE: the claim is published before anybody listens
  Exclusive,         \* FALSE: a claim may replace another of its generation, as a rename does
  LooksAgain,        \* FALSE: a claimant trusts what it saw before it published its claim
  SocketsDie         \* FALSE: a socket outlives its process, as it would if a child inherited it

VARIABLES
  claims,            \* generation -> the attempt that claimed it, or 0
  step,              \* process -> what it is about to do
  seen,              \* process -> the generation that it proved gone
  attempt,           \* process -> its current attempt, which is its socket address
  listening,         \* attempts behind whose address somebody listens
  attempts           \* attempts made so far

vars == <<claims, step, seen, attempt, listening, attempts>>

Generations == 1..Attempts
Claimed == {g \in Generations : claims[g] # 0}
Highest == IF Claimed = {} THEN 0 ELSE CHOOSE g \in Claimed : \A other \in Claimed : other <= g
Gone(g) == g = 0 \/ claims[g] \notin listening \/ ~Proof

Init ==
  /\ claims = [g \in Generations |-> 0]
  /\ step = [p \in Processes |-> "judge"]
  /\ seen = [p \in Processes |-> 0]
  /\ attempt = [p \in Processes |-> 0]
  /\ listening = {}
  /\ attempts = 0

Judge(p) ==
  /\ step[p] = "judge"
  /\ attempts < Attempts
  /\ Gone(Highest)
  /\ seen' = [seen EXCEPT ![p] = Highest]
  /\ attempts' = attempts + 1
  /\ attempt' = [attempt EXCEPT ![p] = attempts + 1]
  /\ step' = [step EXCEPT ![p] = IF ListensFirst THEN "listen" ELSE "publish"]
  /\ UNCHANGED <<claims, listening>>

Listen(p) ==
  /\ step[p] = "listen"
  /\ listening' = listening \union {attempt[p]}
  /\ step' = [step EXCEPT ![p] = IF ListensFirst THEN "publish" ELSE "look"]
  /\ UNCHANGED <<claims, seen, attempt, attempts>>

StartOver(p) ==
  /\ listening' = listening \ {attempt[p]}
  /\ step' = [step EXCEPT ![p] = "judge"]
  /\ attempt' = [attempt EXCEPT ![p] = 0]

Publish(p) ==
  LET generation == seen[p] + 1 IN
  /\ step[p] = "publish"
  /\ IF claims[generation] = 0 \/ ~Exclusive
     THEN /\ claims' = [claims EXCEPT ![generation] = attempt[p]]
          /\ step' = [step EXCEPT ![p] = IF ListensFirst THEN "look" ELSE "listen"]
          /\ UNCHANGED <<listening, attempt>>
     ELSE StartOver(p) /\ UNCHANGED claims
  /\ UNCHANGED <<seen, attempts>>

Look(p) ==
  LET generation == seen[p] + 1 IN
  /\ step[p] = "look"
  /\ IF Highest = generation \/ ~LooksAgain
     THEN step' = [step EXCEPT ![p] = "own"] /\ UNCHANGED <<claims, listening, attempt>>
     ELSE StartOver(p) /\ claims' = [claims EXCEPT ![generation] = 0]
  /\ UNCHANGED <<seen, attempts>>

Sweep(p) ==
  /\ step[p] = "own"
  /\ \E g \in Claimed :
       /\ g + Kept <= seen[p] + 1
       /\ claims' = [claims EXCEPT ![g] = 0]
  /\ UNCHANGED <<step, seen, attempt, listening, attempts>>

Killed(p) ==
  /\ step[p] # "judge"
  /\ step' = [step EXCEPT ![p] = "judge"]
  /\ attempt' = [attempt EXCEPT ![p] = 0]
  /\ listening' = IF SocketsDie THEN listening \ {attempt[p]} ELSE listening
  /\ UNCHANGED <<claims, seen, attempts>>

Next == \E p \in Processes :
  Judge(p) \/ Listen(p) \/ Publish(p) \/ Look(p) \/ Sweep(p) \/ Killed(p)

\* Whoever may take a step does. Nobody has to be killed, or to sweep.
Fair == \A p \in Processes : WF_vars(Judge(p)) /\ WF_vars(Listen(p)) /\ WF_vars(Publish(p)) /\ WF_vars(Look(p))

Spec == Init /\ [][Next]_vars /\ Fair

Owners == {p \in Processes : step[p] = "own"}

OneOwner == Cardinality(Owners) <= 1

(* A claim that keeps others out belongs to a process that owns the store, or is one step away from it. *)
NobodyIsKeptOutInVain ==
  Highest # 0 /\ claims[Highest] \in listening =>
    \E p \in Processes : attempt[p] = claims[Highest] /\ step[p] \in {"look", "own"}

(* The store finds an owner again, unless whoever tried was killed each time. *)
FindsAnOwner == (Owners = {}) ~> (Owners # {} \/ attempts = Attempts)

=============================================================================
