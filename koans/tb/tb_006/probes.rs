use crate::{Card, Suit, points, repeats};
use probe::{Draw, Record};

fn card(draw: &mut Draw) -> Card {
    let suit = *draw.pick(&[Suit::Clubs, Suit::Hearts, Suit::Spades]);
    Card { suit, rank: draw.int(1..4) }
}

pub fn repeated(draw: &mut Draw, record: &mut Record) {
    let mut hand: Vec<Card> = Vec::new();
    for _ in 0..12 {
        let next = if draw.chance(1, 3) { hand.last().copied() } else { None };
        let next = next.unwrap_or_else(|| card(draw));
        hand.push(next);
    }
    let found: usize = repeats(&hand);
    record.value("repeats", &found);
}

pub fn pointed(draw: &mut Draw, record: &mut Record) {
    let hand = draw.vec(0..9, card);
    let sum: u32 = points(&hand, Suit::Hearts);
    let found: usize = repeats(&hand[..hand.len().min(1)]);
    record.value("points", &(sum, found));
}
