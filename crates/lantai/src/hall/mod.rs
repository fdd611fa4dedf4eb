//! What a server is put together from, and how it runs until the machine asks it to stop.

mod chores;
mod console;
mod health;
mod home;
mod indexing;
mod opening;
mod pushes;
mod routes;
mod staff_api;
mod system;
mod voices;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use account::{Accounts, Clients, Desk, Dialogue, Inbox, Mouth, Scans};
use catalogue::oai::Repository;
use catalogue::originals::Gallery;
use catalogue::{Catalogue, Indexes};
use consult::{Cabinet, ConversationsDesk, Fetching, Finder, Learning, QuestionsDesk, Rulebook, Switchboard, Wording};
use identity::console::Door;
use identity::{Entrance, FirstStart, PersonalListSource, PersonalLists, StaffAccounts};
use kernel::events::Listener as _;
use kernel::jobs::Worker;
use kernel::{Blobs, Code, Error, Ground, Problem, Scanner, Tasks};
use push::{Noticing, Results};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use web::{Budget, HouseDesk, Shell};

use self::voices::Voices;
use crate::installation::Installation;
use crate::settings::Configured;

pub(crate) use indexing::{apply_now, ask_rebuild, caught_up, indexes, rebuild, rebuilds_asked};
pub(crate) use opening::furnish;

/// How long open connections may take to end when the server stops, in seconds.
const DRAIN_SECONDS: u64 = 20;

/// The hall: everything one server offers.
pub(crate) struct Hall {
    pub(crate) ground: Ground,
    pub(crate) house: HouseDesk,
    system: system::Parts,
    accounts: Accounts,
    clients: Clients,
    desk: Desk,
    inbox: Inbox,
    indexes: Indexes,
    catalogue: Catalogue,
    blobs: Blobs,
    scanner: Scanner,
    gallery: Gallery,
    repository: Repository,
    readers: identity::Identity,
    budget: Budget,
    door: Door,
    staff_accounts: StaffAccounts,
    personal_lists: PersonalLists,
    catalogue_office: catalogue::console::Office,
    rulebook: Rulebook,
    conversations: ConversationsDesk,
    cabinet: Cabinet,
    questions: QuestionsDesk,
    wording: Wording,
    pushes: push::console::Office,
    shell: Shell,
    ready: Arc<AtomicBool>,
}

impl Hall {
    /// Puts the hall together over an installation whose pages readers find at `site`.
    pub(crate) async fn open(installation: Installation, site: &str) -> kernel::Result<Self> {
        let staff_accounts = installation.staff_accounts();
        let Installation { configured, ground } = installation;
        let house = HouseDesk::open(ground.clone(), configured.house.clone()).await?;
        house.keep_fresh();
        let book = house.book();
        let indexes = indexes(&configured)?;
        let catalogue = Catalogue::new(ground.db.clone(), configured.house.code.clone(), indexes.open_side());
        let blobs = Blobs::in_folder(&configured.files())?;
        let gallery = Gallery::new(catalogue.clone(), blobs.clone(), book.clone(), site);
        let repository = Repository { site: site.to_owned(), house: book.clone(), clock: ground.clock.clone() };
        let shell = Shell::new(book.clone(), ground.clock.clone(), &configured.server.framed_by)?;
        let sessions = web::Sessions::new(ground.clone(), site.starts_with("https://"));
        let entrance = Entrance::new(ground.clone(), book.clone(), configured.staff.second_factor);
        let proxies = configured.server.proxies.clone();
        let first_start = FirstStart::new(ground.clone());
        let door = Door::new(entrance.clone(), first_start, proxies.clone(), site.starts_with("https://"));
        let clients = Clients::new(&ground, &configured.accounts)?;
        let (accounts, sessions_too) = (configured.accounts.clone(), sessions.clone());
        let readers = identity::Identity::new(ground.clone(), accounts, clients.clone(), sessions_too, site);
        let budget = Budget::new(&ground, sessions.clone(), proxies, configured.server.pages);
        let Voices { rulebook, wording, switchboard, dialogues } =
            Voices::open(&ground, &configured, &catalogue, (book, site)).await?;
        let inbox = inbox(&ground, &configured, dialogues, site);
        let mouth = Mouth::new(ground.clone(), configured.accounts.clone(), clients.clone());
        let cabinet = Cabinet::new(ground.clone(), Blobs::in_folder(&configured.received())?);
        let noticing = pushes::noticing((&ground, &configured, site), &clients);
        work(&ground, &configured, (&inbox, &clients, &noticing), (&mouth, &switchboard, &cabinet)).await?;
        find_by_meaning(&ground, &rulebook, (&inbox, &mouth, &wording)).await?;
        let questions = QuestionsDesk::new(ground.clone(), switchboard.clone(), wording.clone());
        let conversations = ConversationsDesk::new(ground.clone(), switchboard, wording.clone(), mouth);
        conversations.keep_attending();
        let personal_lists = personal_lists(&ground, &staff_accounts, &conversations);
        inbox.keep_fresh();
        chores::tend(&ground, &catalogue);
        let pushes = pushes::open((&ground, &configured, site), (&catalogue, &gallery, &house, &clients)).await?;
        let stores = (blobs.clone(), cabinet.clone(), pushes.materials.clone());
        chores::tidy(&ground, chores::Forgetful { sessions, readers: readers.clone(), staff: entrance, stores });
        let desk = Desk::new(ground.clone(), inbox.clone(), clients.clone());
        desk.keep_secrets_fresh().await?;

        Ok(Self {
            system: system::Parts::new(&ground, &configured),
            catalogue_office: office(&configured, &house, (&ground, &indexes, &blobs))?,
            house,
            accounts: configured.accounts,
            clients,
            desk,
            inbox,
            indexes,
            catalogue,
            blobs,
            scanner: configured.scanner,
            gallery,
            repository,
            readers,
            budget,
            door,
            staff_accounts,
            personal_lists,
            rulebook,
            conversations,
            cabinet,
            questions,
            wording,
            pushes,
            shell,
            ready: Arc::default(),
            ground,
        })
    }

    /// The background work of this server.
    pub(crate) fn tasks(&self) -> &Tasks {
        &self.ground.tasks
    }

    /// The catalogue as everybody may ask it.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The files of originals.
    pub(crate) fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// The virus scanner.
    pub(crate) fn scanner(&self) -> &Scanner {
        &self.scanner
    }

    /// The search indexes.
    pub(crate) fn indexes(&self) -> &Indexes {
        &self.indexes
    }

    /// Starts what follows and seals in the background, serves until the machine asks to stop, and lets everything end.
    pub(crate) async fn serve(self, listener: TcpListener) -> kernel::Result<()> {
        indexing::follow(&self.ground, &self.indexes);
        self.catalogue_office.keep_tidy();
        indexing::prepare(&self.ground, &self.indexes);
        kernel::audit::keep_sealed(&self.ground);
        self.pushes.ledger.keep_sending();
        self.pushes.visits.keep_writing();
        let router = routes::all(&self);
        let tasks = self.ground.tasks.clone();
        self.ready.store(true, Ordering::Release);
        let accounts: Vec<&str> = self.accounts.iter().map(|account| account.name()).collect();
        let accounts = accounts.join(" ");
        let address = listener.local_addr().map_err(Error::internal)?;
        tracing::info!(%address, accounts, "the hall is open");
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let stop = asked_to_stop();
        let served = axum::serve(listener, service).with_graceful_shutdown(stop);
        let ended = tokio::select! {
            ended = served.into_future() => ended,
            () = drained(&self.ready) => Ok(()),
        };
        tasks.stop();
        tasks.ended().await;
        self.ground.db.close().await;
        ended.map_err(Error::internal)
    }
}

/// Starts what works in the background: the jobs of the services, and those who listen to what happens.
async fn work(
    ground: &Ground,
    configured: &Configured,
    (inbox, clients, noticing): (&Inbox, &Clients, &Noticing),
    (mouth, switchboard, cabinet): (&Mouth, &Switchboard, &Cabinet),
) -> kernel::Result<()> {
    let worker = account::jobs(Worker::default(), ground, inbox, clients);
    let worker = consult::jobs(worker, ground, mouth, switchboard);
    let fetching = Fetching {
        ground: ground.clone(),
        clients: clients.clone(),
        cabinet: cabinet.clone(),
        scanner: configured.scanner.clone(),
    };
    let worker =
        push::jobs(consult::fetching(worker, &fetching), &Results::new(ground.clone(), clients.clone()), noticing);
    let worker = Arc::new(consult::tidying(worker, ground, configured.consult));
    Learning::new(ground.clone()).keep_listening();
    Scans::new(ground.clone()).keep_listening();
    noticing.keep_tidy();
    worker.start(ground);
    account::plan(ground, &configured.accounts).await?;
    consult::plan(ground).await
}

/// Starts whoever finds questions by their meaning, beside the other jobs.
async fn find_by_meaning(
    ground: &Ground,
    rulebook: &Rulebook,
    (inbox, mouth, wording): (&Inbox, &Mouth, &Wording),
) -> kernel::Result<()> {
    let finder = Finder {
        ground: ground.clone(),
        rulebook: rulebook.clone(),
        mouth: mouth.clone(),
        wording: wording.clone(),
        accounts: inbox.accounts().clone(),
    };
    Arc::new(finder.worker()).start(ground);
    finder.plan().await
}

/// The lists of persons that leave the house with two members of staff.
fn personal_lists(ground: &Ground, accounts: &StaffAccounts, conversations: &ConversationsDesk) -> PersonalLists {
    let readers: Arc<dyn PersonalListSource> = Arc::new(conversations.clone());
    PersonalLists::new(ground.clone(), accounts.clone(), vec![readers])
}

/// Where what followers send comes in, and who answers it.
fn inbox(ground: &Ground, configured: &Configured, dialogues: Vec<Arc<dyn Dialogue>>, site: &str) -> Inbox {
    let (site_base, proxies) = (site.to_owned(), configured.server.proxies.clone());
    let options = account::InboxOptions { site_base, proxies, ..account::InboxOptions::default() };
    Inbox::new(ground, configured.accounts.clone(), dialogues, options)
}

/// The catalogue as staff keep it on the console.
fn office(
    configured: &Configured,
    house: &HouseDesk,
    (ground, indexes, blobs): (&Ground, &Indexes, &Blobs),
) -> kernel::Result<catalogue::console::Office> {
    Ok(catalogue::console::Office::new(catalogue::console::Premises {
        ground: ground.clone(),
        institution: configured.house.code.clone(),
        house: house.book().clone(),
        indexes: indexes.clone(),
        folder: configured.folder.path().to_owned(),
        blobs: blobs.clone(),
        scanner: configured.scanner.clone(),
        reader: crate::commands::import::reader()?,
        examiner: crate::commands::originals::examiner()?,
    }))
}

/// Completes some seconds after the machine asked to stop: connections that do not end by then are cut.
async fn drained(ready: &AtomicBool) {
    asked_to_stop().await;
    ready.store(false, Ordering::Release);
    tokio::time::sleep(std::time::Duration::from_secs(DRAIN_SECONDS)).await;
}

/// Completes when the machine asks the process to stop (SIGTERM, SIGINT).
pub(crate) fn asked_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let signals = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async move {
        match signals {
            [Ok(mut terminate), Ok(mut interrupt)] => tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            },
            // Without signals the process ends when it is killed.
            _ => std::future::pending().await,
        }
    }
}

/// Listens on an address; a port that is taken is said plainly.
pub(crate) async fn listen(address: SocketAddr) -> kernel::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "端口已被其他程序占用，请换一个端口，或先停止那个程序".to_owned(),
            std::io::ErrorKind::PermissionDenied => "没有权限使用这个端口，请换用 1024 以上的端口".to_owned(),
            std::io::ErrorKind::AddrNotAvailable => "本机没有这个地址".to_owned(),
            _ => format!("不能监听（{error}）"),
        };
        Problem::new(Code::BadSetting, format!("地址 {address}")).because(why).into()
    })
}
