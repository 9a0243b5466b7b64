"""How mail leaves, and what comes back: the outbox, the ways from it, and the mailbox for bounces."""
