//! The tables, as both databases have them.

macro_rules! tables {
    ($($body:tt)*) => {
        diesel::table! {
            use diesel::sql_types::*;
            use crate::db::types::{Moment, Uid};
            $($body)*
        }
    };
}

tables! {
    committees (id) {
        id -> Uid,
        code -> Text,
        name -> Text,
        kind -> Text,
        ended_on -> Nullable<Date>,
        successor_id -> Nullable<Uid>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

tables! {
    meetings (id) {
        id -> Uid,
        committee_id -> Uid,
        starts_at -> Moment,
        title -> Nullable<Text>,
        location -> Nullable<Text>,
        status -> Text,
        postponed_to_id -> Nullable<Uid>,
        minutes_confirmed_on -> Nullable<Date>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

tables! {
    agenda_items (id) {
        id -> Uid,
        meeting_id -> Uid,
        committee_id -> Uid,
        number -> Text,
        number_key -> Text,
        title -> Text,
        exempt -> Bool,
        exempt_paragraphs -> Text,
        public_since -> Nullable<Date>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

tables! {
    resolutions (id) {
        id -> Uid,
        committee_id -> Uid,
        meeting_id -> Uid,
        agenda_item_id -> Nullable<Uid>,
        clause -> Nullable<Text>,
        kind -> Text,
        text -> Text,
        exempt -> Bool,
        exempt_paragraphs -> Text,
        public_since -> Nullable<Date>,
        supersedes_id -> Nullable<Uid>,
        superseded_by_id -> Nullable<Uid>,
        source_system -> Nullable<Text>,
        source_reference -> Nullable<Text>,
        source_url -> Nullable<Text>,
        source_digest -> Nullable<Binary>,
        response_needed -> Bool,
        notice_on -> Nullable<Date>,
        response_anchor -> Date,
        response_number -> Integer,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

tables! {
    posts (id) {
        id -> Uid,
        title -> Text,
        directorate -> Nullable<Text>,
        ended_on -> Nullable<Date>,
        successor_id -> Nullable<Uid>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

tables! {
    tenures (id) {
        id -> Uid,
        post_id -> Uid,
        holder_name -> Text,
        holder_subject -> Nullable<Text>,
        acting -> Bool,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

tables! {
    actions (id) {
        id -> Uid,
        reference -> Text,
        reference_key -> Text,
        committee_id -> Uid,
        meeting_id -> Uid,
        agenda_item_id -> Nullable<Uid>,
        resolution_id -> Nullable<Uid>,
        title -> Text,
        required -> Nullable<Text>,
        owner_post_id -> Nullable<Uid>,
        supporting_posts -> Text,
        state -> Text,
        outcome -> Nullable<Text>,
        exempt -> Bool,
        exempt_paragraphs -> Text,
        due_number -> Integer,
        due_kind -> Nullable<Text>,
        due_wording -> Nullable<Text>,
        due_on -> Nullable<Date>,
        due_meeting_id -> Nullable<Uid>,
        review_on -> Nullable<Date>,
        original_due_on -> Nullable<Date>,
        claimed_by -> Nullable<Text>,
        claimed_at -> Nullable<Moment>,
        closed_on -> Nullable<Date>,
        decision_id -> Nullable<Uid>,
        successor_id -> Nullable<Uid>,
        source_system -> Nullable<Text>,
        source_reference -> Nullable<Text>,
        source_url -> Nullable<Text>,
        source_digest -> Nullable<Binary>,
        decided_on -> Date,
        priority -> Nullable<Text>,
        verification_required -> Bool,
        verification -> Nullable<Text>,
        last_progress_on -> Nullable<Date>,
        forecast_on -> Nullable<Date>,
        percent_complete -> Nullable<Integer>,
        due_period_count -> Nullable<Integer>,
        due_period_unit -> Nullable<Text>,
        due_frequency -> Nullable<Text>,
        due_occurrence -> Nullable<Integer>,
        missed_terms -> Integer,
        parent_id -> Nullable<Uid>,
        public_since -> Nullable<Date>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
        outstanding -> Bool,
        due_sort -> Date,
        original_due_sort -> Date,
        progress_sort -> Date,
    }
}

tables! {
    // What a trigger keeps of actions before they are changed; as of an instant they are read under the name `actions`.
    action_versions (reference_key, superseded_at) {
        reference_key -> Text,
        exempt -> Bool,
        updated_at -> Moment,
        superseded_at -> Moment,
    }
}

tables! {
    // The actions as they are today, inside a query that is asked as of an instant.
    actions_now (id) {
        id -> Uid,
        reference_key -> Text,
        meeting_id -> Uid,
        resolution_id -> Nullable<Uid>,
        parent_id -> Nullable<Uid>,
        owner_post_id -> Nullable<Uid>,
        exempt -> Bool,
    }
}

tables! {
    action_supporting_posts (action_id, post_id) {
        action_id -> Uid,
        post_id -> Uid,
    }
}

tables! {
    due_terms (action_id, number) {
        action_id -> Uid,
        number -> Integer,
        kind -> Text,
        wording -> Nullable<Text>,
        due_on -> Nullable<Date>,
        meeting_id -> Nullable<Uid>,
        review_on -> Nullable<Date>,
        reason -> Nullable<Text>,
        set_by -> Text,
        set_at -> Moment,
        counts_from -> Nullable<Moment>,
        period_count -> Nullable<Integer>,
        period_unit -> Nullable<Text>,
        frequency -> Nullable<Text>,
        while_exempt -> Bool,
    }
}

tables! {
    occurrences (action_id, term_number, number) {
        action_id -> Uid,
        term_number -> Integer,
        number -> Integer,
        due_on -> Date,
        meeting_id -> Nullable<Uid>,
        outcome -> Text,
        settled_on -> Date,
        said -> Text,
        settled_by -> Text,
        settled_at -> Moment,
        while_exempt -> Bool,
    }
}

tables! {
    // Of the columns that say by whom, none is null in the table; a caller who may not see it is shown null.
    progress_updates (id) {
        id -> Uid,
        action_id -> Uid,
        number -> Integer,
        narrative -> Text,
        forecast_on -> Nullable<Date>,
        percent_complete -> Nullable<Integer>,
        made_on -> Date,
        post_id -> Uid,
        made_by -> Nullable<Text>,
        made_by_name -> Nullable<Text>,
        created_at -> Moment,
        while_exempt -> Bool,
    }
}

tables! {
    evidence (id) {
        id -> Uid,
        action_id -> Uid,
        number -> Integer,
        kind -> Text,
        title -> Text,
        url -> Nullable<Text>,
        dated_on -> Nullable<Date>,
        file_name -> Nullable<Text>,
        media_type -> Nullable<Text>,
        size_bytes -> Nullable<BigInt>,
        sha256 -> Nullable<Text>,
        object_key -> Nullable<Text>,
        added_by -> Nullable<Text>,
        added_by_name -> Nullable<Text>,
        withdrawn_at -> Nullable<Moment>,
        withdrawn_by -> Nullable<Text>,
        withdrawn_reason -> Nullable<Text>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
        while_exempt -> Bool,
    }
}

tables! {
    completion_claims (id) {
        id -> Uid,
        action_id -> Uid,
        number -> Integer,
        narrative -> Text,
        evidence_ids -> Text,
        no_evidence_reason -> Nullable<Text>,
        claimed_by -> Nullable<Text>,
        claimed_by_name -> Nullable<Text>,
        claimed_at -> Moment,
        effective_on -> Date,
        state -> Text,
        settled_by -> Nullable<Text>,
        settled_by_name -> Nullable<Text>,
        settled_at -> Nullable<Moment>,
        settled_on -> Nullable<Date>,
        reason -> Nullable<Text>,
        decision_id -> Nullable<Uid>,
        delegation_id -> Nullable<Uid>,
        outcome -> Nullable<Text>,
        version -> Integer,
        updated_at -> Moment,
        while_exempt -> Bool,
    }
}

// Who did something, and what decision gave a delegation, is nullable in these because it is concealed from some; no row is
// without.
tables! {
    verifications (id) {
        id -> Uid,
        action_id -> Uid,
        number -> Integer,
        method -> Text,
        result -> Text,
        note -> Text,
        verified_on -> Date,
        of_claim -> Bool,
        reopened -> Bool,
        verified_by -> Nullable<Text>,
        recorded_at -> Moment,
        while_exempt -> Bool,
    }
}

tables! {
    delegations (id) {
        id -> Uid,
        committee_id -> Uid,
        wording -> Text,
        delegate -> Text,
        resolution_id -> Nullable<Uid>,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

tables! {
    extension_requests (id) {
        id -> Uid,
        action_id -> Uid,
        committee_id -> Uid,
        number -> Integer,
        kind -> Text,
        wording -> Nullable<Text>,
        due_on -> Nullable<Date>,
        meeting_id -> Nullable<Uid>,
        review_on -> Nullable<Date>,
        period_count -> Nullable<Integer>,
        period_unit -> Nullable<Text>,
        frequency -> Nullable<Text>,
        reason -> Text,
        state -> Text,
        requested_by -> Nullable<Text>,
        requested_at -> Moment,
        post_id -> Nullable<Uid>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
        decided_on -> Nullable<Date>,
        decision_id -> Nullable<Uid>,
        delegation_id -> Nullable<Uid>,
        decision_reason -> Nullable<Text>,
        due_number -> Nullable<Integer>,
        version -> Integer,
        updated_at -> Moment,
        while_exempt -> Bool,
    }
}

tables! {
    resolution_responses (id) {
        id -> Uid,
        resolution_id -> Uid,
        number -> Integer,
        response -> Text,
        responded_by -> Text,
        responded_on -> Date,
        reasons -> Nullable<Text>,
        recorded_by -> Nullable<Text>,
        recorded_at -> Moment,
    }
}

tables! {
    action_links (id) {
        id -> Uid,
        from_action_id -> Uid,
        to_action_id -> Uid,
        kind -> Text,
        note -> Nullable<Text>,
        made_by -> Text,
        created_at -> Moment,
        from_while_exempt -> Bool,
        to_while_exempt -> Bool,
    }
}

tables! {
    audit_entries (entry_no) {
        entry_no -> BigInt,
        sequence -> Nullable<BigInt>,
        subject_kind -> Text,
        subject_id -> Uid,
        content -> Text,
        previous_hash -> Nullable<Binary>,
        hash -> Nullable<Binary>,
    }
}

tables! {
    idempotency_records (scope) {
        scope -> Binary,
        fingerprint -> Binary,
        status -> Integer,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        body -> Text,
        created_at -> Moment,
    }
}

tables! {
    service_keys (name) {
        name -> Text,
        secret -> Binary,
    }
}

tables! {
    record_sources (system, kind, reference) {
        system -> Text,
        kind -> Text,
        reference -> Text,
        record_id -> Uid,
        url -> Nullable<Text>,
        said -> Text,
        last_seen_at -> Nullable<Moment>,
        missing_since -> Nullable<Moment>,
    }
}

tables! {
    imported_rows (system, reference) {
        system -> Text,
        reference -> Text,
        identity -> Text,
        action_id -> Uid,
        said -> Text,
    }
}

tables! {
    minutes (id) {
        id -> Uid,
        meeting_id -> Uid,
        committee_id -> Uid,
        revision -> Integer,
        media_type -> Text,
        size_bytes -> BigInt,
        sha256 -> Text,
        object_key -> Text,
        recorded_by -> Nullable<Text>,
        recorded_by_name -> Nullable<Text>,
        created_at -> Moment,
    }
}

tables! {
    minutes_texts (minutes_id) {
        minutes_id -> Uid,
        text -> Text,
    }
}

tables! {
    drafts (id) {
        id -> Uid,
        minutes_id -> Uid,
        meeting_id -> Uid,
        committee_id -> Uid,
        number -> Integer,
        origin -> Text,
        printed_label -> Nullable<Text>,
        text -> Text,
        strength -> Nullable<Text>,
        owners -> Text,
        due_phrase_kind -> Text,
        due_phrase -> Nullable<Text>,
        span_from -> Integer,
        span_to -> Integer,
        restates -> Text,
        confidence -> Integer,
        rules -> Text,
        label -> Nullable<Text>,
        kind -> Nullable<Text>,
        is_action -> Bool,
        agenda_item_id -> Nullable<Uid>,
        title -> Text,
        required -> Nullable<Text>,
        owner_post_id -> Nullable<Uid>,
        supporting_posts -> Text,
        due_kind -> Nullable<Text>,
        due_wording -> Nullable<Text>,
        due_on -> Nullable<Date>,
        due_meeting_id -> Nullable<Uid>,
        review_on -> Nullable<Date>,
        due_period_count -> Nullable<Integer>,
        due_period_unit -> Nullable<Text>,
        due_frequency -> Nullable<Text>,
        exempt -> Nullable<Bool>,
        exempt_paragraphs -> Nullable<Text>,
        supersedes_id -> Nullable<Uid>,
        state -> Text,
        reason -> Nullable<Text>,
        resolution_id -> Nullable<Uid>,
        action_id -> Nullable<Uid>,
        merged_into_id -> Nullable<Uid>,
        change -> Text,
        follows_id -> Nullable<Uid>,
        followed_by_id -> Nullable<Uid>,
        version -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
        heading -> Nullable<Text>,
        may_follow -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    committees,
    meetings,
    agenda_items,
    resolutions,
    posts,
    tenures,
    actions,
    actions_now,
    action_supporting_posts,
    action_links,
    due_terms,
    verifications,
    delegations,
    extension_requests,
    resolution_responses,
    audit_entries,
    drafts,
    minutes,
);
