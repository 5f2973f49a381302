//! Every template, filled with what tries to get out of it.

mod polyglots;
