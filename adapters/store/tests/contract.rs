//! What every store promises, run over each. To run it over another store: a function that makes one, and a line below.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "contract/beheer.rs"]
mod beheer;
#[path = "contract/bewaren.rs"]
mod bewaren;
#[path = "contract/claims.rs"]
mod claims;
#[path = "contract/facts.rs"]
mod facts;
#[path = "contract/intake.rs"]
mod intake;
#[path = "contract/journal.rs"]
mod journal;
#[path = "contract/lanes.rs"]
mod lanes;
#[path = "contract/ledger.rs"]
mod ledger;
#[path = "contract/parked.rs"]
mod parked;
#[path = "contract/persoon.rs"]
mod persoon;
#[path = "../../../tests/support/postgres.rs"]
mod postgres;
#[path = "contract/register.rs"]
mod register;
#[path = "contract/support.rs"]
mod support;
#[path = "contract/verzuim.rs"]
mod verzuim;

macro_rules! over_every_store {
    ($($room:ident: $($promise:ident),+;)+) => {
        mod sqlite {
            $(mod $room {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    let dir = tempfile::tempdir().unwrap();
                    let store =
                        sluis_store::SqliteStore::open(&dir.path().join("store"), Default::default()).unwrap();
                    crate::$room::$promise(&store).await;
                    crate::support::journal_holds(&store).await;
                })+
            })+
        }

        /// One server for all of them, and in it a part for each.
        #[allow(clippy::print_stdout, reason = "which promise was at work when it failed, and what was skipped")]
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn postgresql() {
            let Some(server) = crate::postgres::Server::start() else {
                println!("skipped: PostgreSQL is not installed");
                return;
            };
            $($({
                let name = concat!(stringify!($room), "_", stringify!($promise));
                println!("{name}");
                let address = sluis_store::PostgresAddress::new(
                    &server.address(name), None, None, std::time::Duration::from_secs(10),
                ).unwrap();
                let store = sluis_store::PostgresStore::connect(address, Default::default()).await.unwrap();
                crate::$room::$promise(&store).await;
                crate::support::journal_holds(&store).await;
            })+)+
        }
    };
}

over_every_store! {
    intake: the_same_event_is_kept_once, the_same_key_with_other_data_is_a_conflict, an_event_for_nobody_is_known_too,
        an_arrival_is_whole_or_not_at_all, many_at_once_have_one_effect_each, a_message_may_wait_for_its_receivers, a_change_is_told;
    claims: only_one_gets_it, a_lease_that_ended_gives_it_to_another, a_later_claim_has_a_higher_token,
        a_lost_claim_commits_nothing, a_retry_waits_and_counts, a_departure_stays_known_until_it_ends, neither_judge_nor_quarantine_ends_a_departure,
        each_station_sees_its_own_bytes, an_ended_message_is_gone_but_known;
    lanes: only_the_head_of_a_lane_is_ready, oldest_first_and_no_more_than_asked, a_stuck_lane_holds_no_other,
        parked_messages_hold_nothing, one_that_comes_back_is_first_again,
        busy_receivers_fill_no_page;
    facts: a_newer_fact_refuses_a_step, other_cases_do_not_count, an_accession_counts_for_every_case,
        a_fact_sends_what_waits_back_to_judge, what_departed_stays_where_it_is, facts_come_back_as_recorded;
    parked: a_mailbox_is_its_receivers_only, the_mailbox_goes_on_after_an_item, fetching_rests_on_facts,
        a_confirmed_item_is_destroyed, a_withdrawn_item_waits_in_quarantine, quarantine_shows_reasons,
        rejudging_starts_from_what_was_accepted, what_is_past_its_time_is_destroyed, what_a_person_refuses_is_destroyed;
    persoon: found_by_any_key_and_by_the_case, a_message_of_the_case_with_other_identifiers_is_somebody_elses, kept_whole_with_the_arrival, found_after_the_end, the_oldest_content_is_known_and_goes_with_its_need;
    beheer: a_notice_is_told_once, what_was_told_of_a_kind_is_found, a_notice_is_open_until_confirmed, what_is_late_is_counted, every_fact_is_told_of_once;
    ledger: a_departure_and_a_fetch_are_received, a_withdrawal_takes_back_what_nobody_fetched,
        what_was_under_way_at_a_withdrawal_is_known_for_good;
    verzuim: a_pupil_is_written_once_for_each_version, rows_are_written_all_or_none, who_must_be_looked_at_is_read_by_its_day,
        looking_writes_reports_unless_the_pupil_changed, a_report_is_handed_over_in_its_version,
        a_report_that_was_refused_waits_and_its_pupil_is_looked_at, what_comes_back_is_never_older,
        the_queue_is_of_its_parties_and_goes_on;
    register: a_version_is_kept_once_and_the_last_one_counts, what_goes_with_a_line_is_done_with_it_or_not_at_all;
    bewaren: who_is_past_the_term_leaves_the_book_whole, what_the_book_holds_is_found_by_its_person;
    journal: every_effect_and_event_has_its_history, a_refused_step_leaves_no_record, it_reads_on_from_a_number;
}
