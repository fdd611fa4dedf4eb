//! kill -9 at any moment of sending to many, while WeChat loses calls and answers: nothing is sent twice, and nothing is
//! lost without a word.
//!
//! On PostgreSQL two servers are one house; on SQLite one server holds the folder. The number of kills on each database is
//! 5, or `$LANTAI_PUSH_KILLS`. The servers are `lantai-faulty` without a fault: the program with a clock that the test moves
//! together with WeChat's, so that nobody waits for the minute between two attempts.
//!
//! The same checker reads WeChat's record after the designs A, B and C of ADR 0022, which are planted, died where they go
//! wrong: it must find what they did.

#[cfg(test)]
mod designs;
#[cfg(test)]
mod judge;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod town;
