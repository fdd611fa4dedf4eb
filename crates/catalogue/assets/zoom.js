(function(d){
var box=d.getElementById('zoom'),data=box&&box.dataset;
if(!box||!window.OpenSeadragon)return;
d.getElementById('still').hidden=true;box.hidden=false;
var tabs=d.querySelector('.tabs');
/* As high as what is left of the window, above the bar of tabs where it lies over the page. */
function fit(){
var over=getComputedStyle(tabs).position==='fixed'?tabs.offsetHeight:0;
box.style.height=Math.max(200,Math.floor(window.innerHeight-over-8-box.getBoundingClientRect().top-window.pageYOffset))+'px';
}
var buttons=d.querySelectorAll('[data-zoom]');
buttons.forEach(function(b){b.hidden=false});
fit();window.addEventListener('resize',fit);
var view=OpenSeadragon({element:box,drawer:'canvas',showNavigationControl:false,maxZoomPixelRatio:2,visibilityRatio:.6,
tileSources:{'@context':'http://iiif.io/api/image/3/context.json',id:location.origin+'/iiif/image/'+data.image,type:'ImageService3',
protocol:'http://iiif.io/api/image',profile:'level2',width:+data.width,height:+data.height,
tiles:[{width:512,height:512,scaleFactors:data.factors.split(',').map(Number)}]}});
buttons.forEach(function(b){b.addEventListener('click',function(){
if(+b.dataset.zoom)view.viewport.zoomBy(+b.dataset.zoom);else view.viewport.goHome();
view.viewport.applyConstraints()})});
})(document)
