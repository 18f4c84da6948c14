use crate::{Address, count, read};
use probe::{Draw, Record};

fn text(draw: &mut Draw) -> String {
    let parts: Vec<String> = draw.vec(1..5, |draw| {
        let word = *draw.pick(&["Mill Lane", " OAK", "Harbour ", "", "north end"]);
        word.to_string()
    });
    parts.join(",")
}

pub fn addresses(draw: &mut Draw, record: &mut Record) {
    let address: Address = read(&text(draw));
    let parts: (String, String) = (address.street, address.town);
    record.value("address", &parts);
    let plain: Address = read(&format!(" {} , {} , x", draw.word(), draw.word()));
    record.value("plain", &(plain.street, plain.town));
    let foreign: Address = read(&format!("ÉCOLE {}, ÖREBRO", draw.word()));
    record.value("foreign", &(foreign.street, foreign.town));
}

pub fn counted(draw: &mut Draw, record: &mut Record) {
    let all: Vec<Address> = draw.vec(0..6, |draw| read(&text(draw)));
    let found: usize = count(&all, "Oak");
    record.value("count", &found);
    let towns: Vec<Address> =
        ["a, Örebro", "b, Oak", "c, OAK, x", "d", "oak, d"].iter().map(|text| read(text)).collect();
    let counts: [usize; 4] = ["ÖREBRO", "Oak", "oak", ""].map(|town| count(&towns, town));
    record.value("counts", &counts);
}
