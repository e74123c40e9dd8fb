//! Signing in, seen from outside: every check with a request that passes and requests that must not.

mod backend;
mod bearer;
mod launch;
mod portal;
mod world;
