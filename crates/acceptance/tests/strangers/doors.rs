//! The doors of the fuzzers, group by group.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fuzz::{DOORS, Group};

use crate::drive::{cases, drive};

fn try_group(group: Group) {
    for door in DOORS.iter().filter(|door| door.group == group) {
        let (seeds, words) = (door.inputs().unwrap(), door.words().unwrap());
        drive(door.name, cases(), &seeds, &words, (door.open)().unwrap());
    }
}

#[test]
fn u12_u28_u29_files_of_catalogues() {
    try_group(Group::Importers);
}

#[test]
fn l17_l25_what_is_asked() {
    try_group(Group::Query);
}

#[test]
fn dates() {
    try_group(Group::Dates);
}

#[test]
fn codes() {
    try_group(Group::Codes);
}

#[test]
fn w30_the_callback() {
    try_group(Group::Callback);
}

#[test]
fn settings() {
    try_group(Group::Settings);
}

#[test]
fn h01_h02_h03_html_of_articles() {
    try_group(Group::Articles);
}

/// The fuzzers take the doors from the folders: each is a door, and each door has one.
#[test]
fn the_folders_are_the_doors() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let names = |folder: &Path| -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let groups = names(&seeds).into_iter();
    let found: BTreeSet<(String, String)> = groups
        .flat_map(|group| names(&seeds.join(&group)).into_iter().map(move |door| (group.clone(), door)))
        .collect();
    let doors = DOORS.iter().map(|door| (door.group.name().to_owned(), door.name.to_owned()));
    assert_eq!(found, doors.collect());
}
