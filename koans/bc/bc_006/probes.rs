use crate::invite;
use probe::{Draw, Record};

pub fn all_guests(draw: &mut Draw, record: &mut Record) {
    let guests: Vec<String> = draw.words(2..6);
    let invitations: Vec<(String, String)> =
        invite(&guests, draw.word()).into_iter().map(|one| (one.guest, one.text)).collect();
    record.value("invitations", &invitations);
}

pub fn few_guests(draw: &mut Draw, record: &mut Record) {
    let guests: Vec<String> = draw.words(0..2);
    let texts: Vec<String> = invite(&guests, draw.word()).into_iter().map(|one| one.text).collect();
    record.value("texts", &(texts, draw.word()));
}
